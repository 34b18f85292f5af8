import { formatArn, parseArn } from "@fleetless/kernel";
import type { Scope } from "./collections.ts";
import { invalidParameter } from "./errors.ts";

const repositoryName = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const shownRepositoryName = "(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*";
const tagName = /^\w[\w.-]{0,127}$/;
const digestForms = [/^sha256:[0-9a-f]{64}$/, /^sha512:[0-9a-f]{128}$/];

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
export const isRepositoryName = (name: string): boolean =>
  name.length >= 2 && name.length <= 256 && repositoryName.test(name);

/** Throws InvalidParameterException. */
export const checkRepositoryName = (name: string): string => {
  if (isRepositoryName(name)) return name;
  throw invalidParameter(
    `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${shownRepositoryName}''`,
  );
};

export const isTag = (tag: string): boolean => tagName.test(tag);

/** Throws InvalidParameterException. */
export const checkTag = (tag: string): string => {
  if (isTag(tag)) return tag;
  throw invalidParameter(
    "Invalid parameter at 'imageTag' failed to satisfy constraint: 'must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}''",
  );
};

/** sha256 and sha512 are what the OCI image specification registers. */
export const isDigest = (text: string): boolean => digestForms.some((form) => form.test(text));

export const algorithmOf = (digest: string): string => digest.slice(0, digest.indexOf(":"));

export const repositoryArn = (scope: Scope, name: string): string =>
  formatArn({ service: "ecr", ...scope, resource: `repository/${name}` });

/** The repository that an ARN names. Throws InvalidParameterException. */
export const repositoryOfArn = (text: string): { readonly scope: Scope; readonly name: string } => {
  const arn = parseArn(text);
  if (arn?.service !== "ecr" || !arn.resource.startsWith("repository/")) {
    throw invalidParameter(
      "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN: it must name a repository'",
    );
  }
  const { accountId, region, resource } = arn;
  return { scope: { accountId, region }, name: resource.slice("repository/".length) };
};
