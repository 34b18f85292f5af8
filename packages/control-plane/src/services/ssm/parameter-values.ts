import { ServiceError } from "@fleetless/kernel";
import type { KeyUser } from "../kms/service.ts";
import type { ParameterRecord, Scope, VersionRecord } from "./collections.ts";
import type { SsmDependencies } from "./dependencies.ts";
import { invalidKeyId } from "./errors.ts";
import { parameterArn } from "./names.ts";

const managedKey = "alias/aws/ssm";

const contextOf = (arn: string) => ({ PARAMETER_ARN: arn });

const purposeOf = (arn: string, version: number): string => `ssm-parameter/${arn}/${version}`;

/** Denials keep their words; all else about a key is an InvalidKeyId to Systems Manager. */
const inOwnWords = (thrown: unknown): unknown =>
  thrown instanceof ServiceError && thrown.code !== "AccessDeniedException"
    ? invalidKeyId(`${thrown.message} (Service: AWSKMS; Error Code: ${thrown.code})`)
    : thrown;

/** Hides a value as its type asks. Throws InvalidKeyId, or AccessDeniedException. */
export const hideValue = async (
  { keys, sealer }: SsmDependencies,
  user: KeyUser,
  parameter: Scope & { readonly name: string },
  version: Pick<VersionRecord, "version" | "type" | "tier" | "keyId">,
  value: string,
): Promise<VersionRecord["value"]> => {
  const arn = parameterArn(parameter, parameter.name);
  if (version.type !== "SecureString") {
    return { kind: "sealed", sealed: sealer.seal(value, purposeOf(arn, version.version)) };
  }
  const action = version.tier === "Advanced" ? "kms:GenerateDataKey" : "kms:Encrypt";
  try {
    const hidden = await keys.protect(user, version.keyId ?? managedKey, value, contextOf(arn), action);
    return { kind: "protected", value: hidden };
  } catch (thrown) {
    throw inOwnWords(thrown);
  }
};

/** A version's value in plain. Throws InvalidKeyId, or AccessDeniedException. */
export const revealValue = async (
  { keys, sealer }: SsmDependencies,
  user: KeyUser,
  parameter: ParameterRecord,
  { version, value }: VersionRecord,
): Promise<string> => {
  const arn = parameterArn(parameter, parameter.name);
  if (value.kind === "sealed") return sealer.open(value.sealed, purposeOf(arn, version));
  try {
    return await keys.reveal(user, value.value, contextOf(arn));
  } catch (thrown) {
    throw inOwnWords(thrown);
  }
};

/** What a caller sees: a SecureString that is not to be decrypted shows its ciphertext. */
export const shownValue = (
  dependencies: SsmDependencies,
  user: KeyUser,
  parameter: ParameterRecord,
  version: VersionRecord,
  decrypt: boolean | undefined,
): Promise<string> =>
  version.value.kind === "protected" && decrypt !== true
    ? Promise.resolve(Buffer.from(`${version.value.value.dataKey}.${version.value.value.body}`).toString("base64"))
    : revealValue(dependencies, user, parameter, version);
