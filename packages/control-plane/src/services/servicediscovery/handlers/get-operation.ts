import type { GetOperationRequest, GetOperationResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { statusOf } from "../operation-log.ts";
import { onAccount, scopeOf } from "../permissions.ts";
import { readOperation } from "../repository.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_GetOperation.html */
export const getOperation = defineOperation<ServiceDiscoveryDependencies, GetOperationRequest, GetOperationResponse>({
  authorise: onAccount("servicediscovery:GetOperation"),
  handle: async ({ OperationId: id }, call, { store, zones }) => {
    const { operation, status } = await store.read(async (transaction) => {
      const found = await readOperation(transaction, scopeOf(call), id);
      return { operation: found, status: await statusOf(transaction, found, zones) };
    });
    const { failure } = operation;
    return {
      Operation: {
        Id: operation.id,
        OwnerAccount: operation.accountId,
        Type: operation.type,
        Status: status,
        Targets: { ...operation.targets },
        CreateDate: new Date(operation.createdAt),
        UpdateDate: new Date(operation.createdAt),
        ...(failure === undefined ? {} : { ErrorCode: failure.code, ErrorMessage: failure.message }),
      },
    };
  },
});
