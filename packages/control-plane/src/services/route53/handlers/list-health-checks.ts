import type { ListHealthChecksRequest, ListHealthChecksResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { pageOf, pageSize } from "../paging.ts";
import { onAccount } from "../permissions.ts";
import { healthChecksOfAccount } from "../repository.ts";
import { healthCheckView } from "../views.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHealthChecks.html */
export const listHealthChecks = defineOperation<Route53Dependencies, ListHealthChecksRequest, ListHealthChecksResponse>(
  {
    authorise: onAccount("route53:ListHealthChecks"),
    handle: async (input, { accountId }, { store }) => {
      const size = pageSize(input.MaxItems);
      const { Marker: marker } = input;
      const all = await store.read((transaction) => healthChecksOfAccount(transaction, accountId));
      const sorted = all.toSorted((left, right) => (left.id < right.id ? -1 : 1));
      const { page, next } = pageOf(sorted, size, marker ? ({ id }) => id >= marker : undefined);
      return {
        HealthChecks: page.map(healthCheckView),
        IsTruncated: next !== undefined,
        MaxItems: size,
        Marker: marker ?? "",
        ...(next === undefined ? {} : { NextMarker: next.id }),
      };
    },
  },
);
