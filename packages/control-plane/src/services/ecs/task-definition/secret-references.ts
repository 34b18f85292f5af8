import { parseArn } from "@fleetless/kernel";

/** What `valueFrom` of a container's secret names. */
export type SecretReference =
  | {
      readonly kind: "secret";
      /** Whole or partial. */
      readonly arn: string;
      readonly region: string;
      readonly jsonKey: string | undefined;
      readonly versionStage: string | undefined;
      readonly versionId: string | undefined;
    }
  /** `region` where an ARN names one. */
  | { readonly kind: "parameter"; readonly name: string; readonly region: string | undefined };

const longest = 2048;
const selectors = 3;

const present = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

/**
 * `arn:…:secret:name[:json-key:version-stage:version-id]`, or a parameter's name or ARN; undefined for what is none.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export const parseSecretReference = (valueFrom: string): SecretReference | undefined => {
  if (valueFrom.length > longest) return undefined;
  if (!valueFrom.startsWith("arn:")) {
    return /^[a-zA-Z0-9_.\-/:]+$/.test(valueFrom)
      ? { kind: "parameter", name: valueFrom, region: undefined }
      : undefined;
  }
  const arn = parseArn(valueFrom);
  if (arn === undefined || arn.region === "" || !/^\d{12}$/.test(arn.accountId)) return undefined;
  if (arn.service === "ssm" && arn.resource.startsWith("parameter/")) {
    return { kind: "parameter", name: valueFrom, region: arn.region };
  }
  const [kind, name, ...selected] = arn.resource.split(":");
  if (arn.service !== "secretsmanager" || kind !== "secret" || !name) return undefined;
  if (selected.length !== 0 && selected.length !== selectors) return undefined;
  const suffix = selected.length === 0 ? "" : `:${selected.join(":")}`;
  return {
    kind: "secret",
    arn: valueFrom.slice(0, valueFrom.length - suffix.length),
    region: arn.region,
    jsonKey: present(selected[0]),
    versionStage: present(selected[1]),
    versionId: present(selected[2]),
  };
};
