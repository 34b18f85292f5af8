import { randomUUID } from "node:crypto";
import type { CreateServiceRequest, CreateServiceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import { arnOf, namespaces, type ServiceRecord, scopePrefix, serviceNames, services } from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { invalidInput, serviceAlreadyExists } from "../errors.ts";
import { newServiceId } from "../ids.ts";
import { onNamespace, scopeOf } from "../permissions.ts";
import { readNamespace, readService } from "../repository.ts";
import { serviceSettings } from "../service-settings.ts";
import { changedTags } from "../tags.ts";
import { serviceView } from "../views.ts";

const namespaceIdOf = (input: CreateServiceRequest): string | undefined =>
  input.NamespaceId ?? input.DnsConfig?.NamespaceId;

/** A service with DNS is part of a domain name: labels of letters, digits, hyphens and underscores. */
const checkName = (name: string, { dns }: Pick<ServiceRecord, "dns">): void => {
  const isName =
    dns === undefined
      ? /^[\x21-\x7e]{1,127}$/.test(name)
      : /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(name) && name.length <= 127;
  if (!isName) throw invalidInput(`The name ${name.slice(0, 200)} is not valid for a service.`);
};

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html */
export const createService = defineOperation<ServiceDiscoveryDependencies, CreateServiceRequest, CreateServiceResponse>(
  {
    authorise: onNamespace("servicediscovery:CreateService", namespaceIdOf),
    handle: async (input, call, { store, clock }) => {
      const scope = scopeOf(call);
      const { Name: name = "", Description: description } = input;
      const service = await store.transaction(async (transaction) => {
        const namespace = await readNamespace(transaction, scope, namespaceIdOf(input));
        const settings = serviceSettings(input, namespace);
        checkName(name, settings);
        const nameKey = `${namespace.id}/${name.toLowerCase()}`;
        const existing = await transaction.get(serviceNames, nameKey);
        if (existing !== undefined) {
          const found = await readService(transaction, scope, existing.id);
          throw serviceAlreadyExists({ ...found, arn: arnOf("service", found) });
        }
        const id = newServiceId();
        const made: ServiceRecord = {
          ...scope,
          ...settings,
          id,
          namespaceId: namespace.id,
          name,
          creatorRequestId: input.CreatorRequestId ?? randomUUID(),
          createdAt: clock.now(),
          instanceCount: 0,
          revision: 1,
          attributes: {},
          tags: changedTags({}, input.Tags ?? [], arnOf("service", { ...scope, id })),
          ...(description === undefined ? {} : { description }),
        };
        transaction.insert(serviceNames, nameKey, { id });
        transaction.insert(services, `${scopePrefix(scope)}${id}`, made);
        transaction.put(namespaces, `${scopePrefix(scope)}${namespace.id}`, {
          ...namespace,
          serviceCount: namespace.serviceCount + 1,
        });
        return made;
      });
      return { Service: serviceView(service) };
    },
  },
);
