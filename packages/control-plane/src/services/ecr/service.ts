import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import { createGarbageCollection } from "./controllers/garbage-collection.ts";
import { createLifecycleController } from "./controllers/lifecycle.ts";
import type { EcrDependencies } from "./dependencies.ts";
import { ecrOperations, ecrStoredOnly } from "./operations.ts";
import { tagsOfRepositoryArn } from "./repository.ts";

export { AuthorizationTokens } from "./authorization-token.ts";
export { BlobStore } from "./blobs/blob-store.ts";
export { Uploads } from "./blobs/uploads.ts";
export type { EcrDependencies } from "./dependencies.ts";
export { createDistribution } from "./distribution/distribution.ts";
export { DownloadTokens } from "./download-token.ts";
export { upstreamSecretInaccessible, upstreamSecretNotFound, upstreamSecretUndecryptable } from "./errors.ts";
export { currentDigest, registryImageChangedBy } from "./images/current-digest.ts";
export { createLocalRegistry, type LocalRegistry } from "./local-registry.ts";
export {
  accessForNode,
  isAwsRegistryForm,
  permissionsToPull,
  type RegistryReference,
  readRegistryReference,
} from "./node-access.ts";
export { UpstreamCache } from "./upstream/upstream-cache.ts";
export type { ReadUpstreamSecret } from "./upstream/upstream-login.ts";

/** Amazon Elastic Container Registry. */
export const createEcrService = (dependencies: EcrDependencies): Service => ({
  signingName: "ecr",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-ecr")),
  operations: bindOperations(dependencies, ecrOperations),
  storedOnly: ecrStoredOnly,
  controllers: [createGarbageCollection(dependencies), createLifecycleController(dependencies)],
  tagsOf: (arn) => tagsOfRepositoryArn(dependencies.store, arn),
});
