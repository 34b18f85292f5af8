import type { AliasListEntry, GrantListEntry, KeyMetadata } from "@aws-sdk/client-kms";
import type { AliasRecord, GrantRecord, KeyRecord } from "./collections.ts";
import { encryptionAlgorithmsOf, macAlgorithmsOf, signingAlgorithmsOf } from "./cryptography/key-specs.ts";
import { aliasArn, keyArn } from "./names.ts";

const algorithms = ({ keyUsage, keySpec }: KeyRecord): Partial<KeyMetadata> => {
  switch (keyUsage) {
    case "ENCRYPT_DECRYPT":
      return { EncryptionAlgorithms: encryptionAlgorithmsOf(keySpec) };
    case "SIGN_VERIFY":
      return { SigningAlgorithms: signingAlgorithmsOf(keySpec) };
    case "GENERATE_VERIFY_MAC":
      return { MacAlgorithms: macAlgorithmsOf(keySpec) };
    case "KEY_AGREEMENT":
      return { KeyAgreementAlgorithms: ["ECDH"] };
  }
};

const imported = (key: KeyRecord): Partial<KeyMetadata> => {
  const expiresAt = key.materials.at(-1)?.expiresAt;
  if (key.origin !== "EXTERNAL" || key.state === "PendingImport") return {};
  return expiresAt === undefined
    ? { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }
    : { ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo: new Date(expiresAt) };
};

export const keyMetadata = (key: KeyRecord): KeyMetadata => {
  const arn = keyArn(key, key.keyId);
  const current = key.materials.at(-1);
  return {
    AWSAccountId: key.accountId,
    KeyId: key.keyId,
    Arn: arn,
    CreationDate: new Date(key.createdAt),
    Enabled: key.state === "Enabled",
    Description: key.description,
    KeyUsage: key.keyUsage,
    KeyState: key.state,
    ...(key.deletionAt === undefined ? {} : { DeletionDate: new Date(key.deletionAt) }),
    Origin: key.origin,
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.keySpec,
    KeySpec: key.keySpec,
    MultiRegion: key.multiRegion,
    ...(key.multiRegion
      ? {
          MultiRegionConfiguration: {
            MultiRegionKeyType: "PRIMARY",
            PrimaryKey: { Arn: arn, Region: key.region },
            ReplicaKeys: [],
          },
        }
      : {}),
    ...(key.keySpec === "SYMMETRIC_DEFAULT" && current !== undefined ? { CurrentKeyMaterialId: current.id } : {}),
    ...algorithms(key),
    ...imported(key),
  };
};

export const aliasView = (alias: AliasRecord): AliasListEntry => ({
  AliasName: alias.name,
  AliasArn: aliasArn(alias, alias.name),
  TargetKeyId: alias.keyId,
  CreationDate: new Date(alias.createdAt),
  LastUpdatedDate: new Date(alias.updatedAt),
});

export const grantView = (grant: GrantRecord): GrantListEntry => ({
  KeyId: keyArn(grant, grant.keyId),
  GrantId: grant.grantId,
  Name: grant.name ?? "",
  CreationDate: new Date(grant.createdAt),
  GranteePrincipal: grant.granteePrincipal,
  ...(grant.retiringPrincipal === undefined ? {} : { RetiringPrincipal: grant.retiringPrincipal }),
  IssuingAccount: `arn:aws:iam::${grant.issuingAccount}:root`,
  Operations: [...grant.operations],
  ...(grant.constraint === undefined
    ? {}
    : {
        Constraints:
          grant.constraint.kind === "equals"
            ? { EncryptionContextEquals: { ...grant.constraint.context } }
            : { EncryptionContextSubset: { ...grant.constraint.context } },
      }),
});
