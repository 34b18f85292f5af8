import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { KmsDependencies } from "./dependencies.ts";
import { cancelKeyDeletion } from "./handlers/cancel-key-deletion.ts";
import { createAlias } from "./handlers/create-alias.ts";
import { createGrant } from "./handlers/create-grant.ts";
import { createKey } from "./handlers/create-key.ts";
import { decrypt } from "./handlers/decrypt.ts";
import { deleteAlias } from "./handlers/delete-alias.ts";
import { deleteImportedKeyMaterial } from "./handlers/delete-imported-key-material.ts";
import { deriveSharedSecret } from "./handlers/derive-shared-secret.ts";
import { describeKey } from "./handlers/describe-key.ts";
import { disableKey } from "./handlers/disable-key.ts";
import { disableKeyRotation } from "./handlers/disable-key-rotation.ts";
import { enableKey } from "./handlers/enable-key.ts";
import { enableKeyRotation } from "./handlers/enable-key-rotation.ts";
import { encrypt } from "./handlers/encrypt.ts";
import { generateDataKey } from "./handlers/generate-data-key.ts";
import { generateDataKeyPair } from "./handlers/generate-data-key-pair.ts";
import { generateDataKeyPairWithoutPlaintext } from "./handlers/generate-data-key-pair-without-plaintext.ts";
import { generateDataKeyWithoutPlaintext } from "./handlers/generate-data-key-without-plaintext.ts";
import { generateMac } from "./handlers/generate-mac.ts";
import { generateRandom } from "./handlers/generate-random.ts";
import { getKeyPolicy } from "./handlers/get-key-policy.ts";
import { getKeyRotationStatus } from "./handlers/get-key-rotation-status.ts";
import { getParametersForImport } from "./handlers/get-parameters-for-import.ts";
import { getPublicKey } from "./handlers/get-public-key.ts";
import { importKeyMaterial } from "./handlers/import-key-material.ts";
import { listAliases } from "./handlers/list-aliases.ts";
import { listGrants } from "./handlers/list-grants.ts";
import { listKeyPolicies } from "./handlers/list-key-policies.ts";
import { listKeyRotations } from "./handlers/list-key-rotations.ts";
import { listKeys } from "./handlers/list-keys.ts";
import { listResourceTags } from "./handlers/list-resource-tags.ts";
import { listRetirableGrants } from "./handlers/list-retirable-grants.ts";
import { putKeyPolicy } from "./handlers/put-key-policy.ts";
import { reEncrypt } from "./handlers/re-encrypt.ts";
import { retireGrant } from "./handlers/retire-grant.ts";
import { revokeGrant } from "./handlers/revoke-grant.ts";
import { rotateKeyOnDemand } from "./handlers/rotate-key-on-demand.ts";
import { scheduleKeyDeletion } from "./handlers/schedule-key-deletion.ts";
import { sign } from "./handlers/sign.ts";
import { tagResource } from "./handlers/tag-resource.ts";
import { untagResource } from "./handlers/untag-resource.ts";
import { updateAlias } from "./handlers/update-alias.ts";
import { updateKeyDescription } from "./handlers/update-key-description.ts";
import { verify } from "./handlers/verify.ts";
import { verifyMac } from "./handlers/verify-mac.ts";

/** Every operation of kms that Fleetless answers. */
export const kmsOperations = {
  CancelKeyDeletion: cancelKeyDeletion,
  CreateAlias: createAlias,
  CreateGrant: createGrant,
  CreateKey: createKey,
  Decrypt: decrypt,
  DeleteAlias: deleteAlias,
  DeleteImportedKeyMaterial: deleteImportedKeyMaterial,
  DeriveSharedSecret: deriveSharedSecret,
  DescribeKey: describeKey,
  DisableKeyRotation: disableKeyRotation,
  DisableKey: disableKey,
  EnableKeyRotation: enableKeyRotation,
  EnableKey: enableKey,
  Encrypt: encrypt,
  GenerateDataKeyPairWithoutPlaintext: generateDataKeyPairWithoutPlaintext,
  GenerateDataKeyPair: generateDataKeyPair,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
  GenerateDataKey: generateDataKey,
  GenerateMac: generateMac,
  GenerateRandom: generateRandom,
  GetKeyPolicy: getKeyPolicy,
  GetKeyRotationStatus: getKeyRotationStatus,
  GetParametersForImport: getParametersForImport,
  GetPublicKey: getPublicKey,
  ImportKeyMaterial: importKeyMaterial,
  ListAliases: listAliases,
  ListGrants: listGrants,
  ListKeyPolicies: listKeyPolicies,
  ListKeyRotations: listKeyRotations,
  ListKeys: listKeys,
  ListResourceTags: listResourceTags,
  ListRetirableGrants: listRetirableGrants,
  PutKeyPolicy: putKeyPolicy,
  ReEncrypt: reEncrypt,
  RetireGrant: retireGrant,
  RevokeGrant: revokeGrant,
  RotateKeyOnDemand: rotateKeyOnDemand,
  ScheduleKeyDeletion: scheduleKeyDeletion,
  Sign: sign,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAlias: updateAlias,
  UpdateKeyDescription: updateKeyDescription,
  VerifyMac: verifyMac,
  Verify: verify,
} satisfies OperationsOf<typeof import("@aws-sdk/client-kms"), KmsDependencies>;
