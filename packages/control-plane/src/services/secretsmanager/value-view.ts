import type { SecretValueEntry } from "@aws-sdk/client-secrets-manager";
import type { ReadValue } from "./secret-values.ts";

export const valueView = ({ secret, versionId, plain }: ReadValue): SecretValueEntry => {
  const version = secret.versions[versionId];
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: versionId,
    ...(plain.kind === "string" ? { SecretString: plain.text } : { SecretBinary: Buffer.from(plain.text, "base64") }),
    VersionStages: [...(version?.stages ?? [])],
    CreatedDate: new Date(version?.createdAt ?? secret.createdAt),
  };
};
