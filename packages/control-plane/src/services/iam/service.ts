import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import type { IamDependencies } from "./dependencies.ts";
import { iamOperations } from "./operations.ts";

export {
  type Identity,
  iamCollections,
  type RoleRecord,
  type UserRecord,
} from "./collections.ts";
export type { IamDependencies } from "./dependencies.ts";
export { accessKeySecretPurpose } from "./dependencies.ts";
export { roleNotFound } from "./errors.ts";
export { newSecretAccessKey, newUniqueId } from "./ids.ts";
export { findOidcProviderByIssuer } from "./oidc-providers.ts";
export { passRole } from "./pass-role.ts";
export {
  arnOfIdentity,
  defaultDocument,
  findAccessKey,
  findPolicy,
  findRole,
  findUser,
  groupsOfUser,
} from "./repository.ts";

/** Nothing here runs on an instance that would take a profile's role. */
export const storedOnly: ReadonlySet<string> = new Set([
  "AddRoleToInstanceProfile",
  "CreateInstanceProfile",
  "DeleteInstanceProfile",
  "GetInstanceProfile",
  "ListInstanceProfiles",
  "ListInstanceProfilesForRole",
  "ListInstanceProfileTags",
  "RemoveRoleFromInstanceProfile",
  "TagInstanceProfile",
  "UntagInstanceProfile",
]);

/** Identity and Access Management. https://docs.aws.amazon.com/IAM/latest/APIReference/ */
export const createIamService = (dependencies: IamDependencies): Service => ({
  signingName: "iam",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-iam")),
  operations: bindOperations(dependencies, iamOperations),
  storedOnly,
  controllers: [],
});
