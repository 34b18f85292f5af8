import type {
  GetRegistryScanningConfigurationRequest,
  GetRegistryScanningConfigurationResponse,
} from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { onRegistry } from "../permissions.ts";
import { readRegistry } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryScanningConfiguration.html */
export const getRegistryScanningConfiguration = defineOperation<
  EcrDependencies,
  GetRegistryScanningConfigurationRequest,
  GetRegistryScanningConfigurationResponse
>({
  authorise: onRegistry("GetRegistryScanningConfiguration"),
  handle: async (_input, call, { store }) => {
    const { scanning } = await store.read((transaction) => readRegistry(transaction, call));
    return { registryId: call.accountId, scanningConfiguration: scanning ?? { scanType: "BASIC", rules: [] } };
  },
});
