export {
  type AccessKeyRecord,
  type Identity,
  iamCollections,
  type PolicyRecord,
  type RoleRecord,
  type UserRecord,
} from "./collections.ts";
export { accessKeySecretPurpose } from "./dependencies.ts";
export { roleNotFound } from "./errors.ts";
export { newSecretAccessKey, newUniqueId } from "./ids.ts";
export { passRole } from "./pass-role.ts";
export { defaultDocument, findAccessKey, findPolicy, findRole, findUser } from "./repository.ts";
