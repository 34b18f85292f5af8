import type { ListOperationsRequest, ListOperationsResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { filtered } from "../filters.ts";
import { statusOf } from "../operation-log.ts";
import { pageOf } from "../pages.ts";
import { onAccount, scopeOf } from "../permissions.ts";
import { operationsOf } from "../repository.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_ListOperations.html */
export const listOperations = defineOperation<
  ServiceDiscoveryDependencies,
  ListOperationsRequest,
  ListOperationsResponse
>({
  authorise: onAccount("servicediscovery:ListOperations"),
  handle: async (input, call, { store, zones }) => {
    const all = await store.read(async (transaction) => {
      const found = await operationsOf(transaction, scopeOf(call));
      return Promise.all(found.map(async (each) => ({ each, status: await statusOf(transaction, each, zones) })));
    });
    const wanted = filtered(all, input.Filters, {
      NAMESPACE_ID: ({ each }) => each.targets.NAMESPACE ?? "",
      SERVICE_ID: ({ each }) => each.targets.SERVICE ?? "",
      STATUS: ({ status }) => status,
      TYPE: ({ each }) => each.type,
      UPDATE_DATE: ({ each }) => String(each.createdAt / 1000),
    });
    const { page, next } = pageOf(wanted, ({ each }) => each.id, input);
    return { Operations: page.map(({ each, status }) => ({ Id: each.id, Status: status })), ...next };
  },
});
