import { formatArn, parseArn } from "@fleetless/kernel";
import type { Scope } from "./collections.ts";
import { accessDenied, constraintViolated, levelLimitExceeded, validation } from "./errors.ts";

const longestName = 1011;
const mostLevels = 15;

/** `arn:aws:ssm:<region>:<account>:parameter/app/x`, with one slash whether or not the name begins with one. */
export const parameterArn = ({ accountId, region }: Scope, name: string): string =>
  formatArn({
    service: "ssm",
    accountId,
    region,
    resource: name.startsWith("/") ? `parameter${name}` : `parameter/${name}`,
  });

/** What a name of a request says: a parameter by its possible names, and perhaps a version or a label of it. */
export interface ParameterReference {
  /** As it was given, without the selector. */
  readonly given: string;
  /** An ARN leaves open whether a name without further slashes begins with one. */
  readonly names: readonly string[];
  readonly selector: string | undefined;
}

/** Throws ParameterNotFound's or ValidationException's for what can be no parameter here. */
export const parseParameterName = (text: string | undefined, scope: Scope): ParameterReference => {
  const value = text ?? "";
  if (value.length < 1 || value.length > 2048) {
    const bound = value.length < 1 ? "greater than or equal to 1" : "less than or equal to 2048";
    throw constraintViolated(value, "name", `Member must have length ${bound}`);
  }
  if (!value.startsWith("arn:")) {
    const [name = "", selector] = splitSelector(value);
    return { given: name, names: [name], selector };
  }
  const arn = parseArn(value);
  const [resource = "", selector] = splitSelector(arn?.resource ?? "");
  if (arn === undefined || arn.service !== "ssm" || !resource.startsWith("parameter/")) {
    throw validation("Invalid parameter ARN.");
  }
  if (arn.accountId !== scope.accountId || arn.region !== scope.region) {
    return { given: value, names: [], selector };
  }
  const path = resource.slice("parameter".length);
  const bare = path.slice(1);
  return { given: value, names: bare.includes("/") ? [path] : [bare, path], selector };
};

const splitSelector = (text: string): readonly [string, string | undefined] => {
  const colon = text.indexOf(":");
  return colon === -1 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
};

/** Throws ValidationException for a name that no parameter may get. */
export const checkNewName = (text: string | undefined): string => {
  const name = text ?? "";
  if (name.length < 1 || name.length > longestName) {
    throw constraintViolated(name, "name", `Member must have length between 1 and ${longestName}`);
  }
  if (/^\/?aws\//i.test(name)) throw accessDenied(`No access to reserved parameter name: ${name}.`);
  const wellFormed = /^[a-zA-Z0-9_.\-/]+$/.test(name) && !name.endsWith("/") && !name.includes("//");
  if (!wellFormed || /^\/?(aws|ssm)/i.test(name)) {
    throw validation(
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (name.includes("/") && !name.startsWith("/")) throw validation("Parameter name must be a fully qualified name.");
  if (name.split("/").filter(Boolean).length > mostLevels) throw levelLimitExceeded();
  return name;
};

/** A path of GetParametersByPath, with a slash at its end. */
export const checkPath = (text: string | undefined): string => {
  const path = text ?? "";
  if (!path.startsWith("/") || !/^[a-zA-Z0-9_.\-/]+$/.test(path)) {
    throw validation(
      `The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can't be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.`,
    );
  }
  return path.endsWith("/") ? path : `${path}/`;
};
