import type {
  PutRegistryScanningConfigurationRequest,
  PutRegistryScanningConfigurationResponse,
} from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { onRegistry } from "../permissions.ts";
import { putRegistry, readRegistry } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryScanningConfiguration.html */
export const putRegistryScanningConfiguration = defineOperation<
  EcrDependencies,
  PutRegistryScanningConfigurationRequest,
  PutRegistryScanningConfigurationResponse
>({
  authorise: onRegistry("PutRegistryScanningConfiguration"),
  handle: async ({ scanType = "BASIC", rules = [] }, call, { store }) => {
    const scanning = { scanType, rules };
    await store.transaction(async (transaction) => {
      putRegistry(transaction, { ...(await readRegistry(transaction, call)), scanning });
    });
    return { registryScanningConfiguration: scanning };
  },
});
