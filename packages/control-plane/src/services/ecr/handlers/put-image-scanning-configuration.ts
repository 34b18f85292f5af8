import type { PutImageScanningConfigurationRequest, PutImageScanningConfigurationResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { onRepository } from "../permissions.ts";
import { putRepository, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html */
export const putImageScanningConfiguration = defineOperation<
  EcrDependencies,
  PutImageScanningConfigurationRequest,
  PutImageScanningConfigurationResponse
>({
  authorise: onRepository("PutImageScanningConfiguration"),
  handle: async (input, call, { store }) => {
    const scope = scopeOf(input, call);
    const { repositoryName: name = "", imageScanningConfiguration } = input;
    const scanOnPush = imageScanningConfiguration?.scanOnPush ?? false;
    await store.transaction(async (transaction) => {
      const repository = await requireRepository(transaction, scope, name);
      putRepository(transaction, { ...repository, scanOnPush });
    });
    return { registryId: scope.accountId, repositoryName: name, imageScanningConfiguration: { scanOnPush } };
  },
});
