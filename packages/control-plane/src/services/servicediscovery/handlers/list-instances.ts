import type { ListInstancesRequest, ListInstancesResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { pageOf } from "../pages.ts";
import { onService, scopeOf } from "../permissions.ts";
import { instancesOf, readService } from "../repository.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_ListInstances.html */
export const listInstances = defineOperation<ServiceDiscoveryDependencies, ListInstancesRequest, ListInstancesResponse>(
  {
    authorise: onService("servicediscovery:ListInstances", (input) => input.ServiceId),
    handle: async (input, call, { store }) => {
      const { accountId } = call;
      const all = await store.read(async (transaction) =>
        instancesOf(transaction, (await readService(transaction, scopeOf(call), input.ServiceId)).id),
      );
      const { page, next } = pageOf(all, ({ id }) => id, input);
      return {
        ResourceOwner: accountId,
        Instances: page.map(({ id, attributes }) => ({
          Id: id,
          Attributes: { ...attributes },
          CreatedByAccount: accountId,
        })),
        ...next,
      };
    },
  },
);
