import { accountId, parseArn } from "@fleetless/kernel";
import type { AssumableRole, StsDependencies } from "./dependencies.ts";
import { invalidRoleArn } from "./errors.ts";

/** The role that an ARN such as `arn:aws:iam::123456789012:role/path/name` names. */
export const roleNameOf = (arn: string): { readonly account: string; readonly name: string } => {
  const parts = parseArn(arn);
  const name = parts?.resource.startsWith("role/") ? parts.resource.split("/").at(-1) : undefined;
  if (parts?.service !== "iam" || !name || !/^\d{12}$/.test(parts.accountId)) throw invalidRoleArn(arn);
  return { account: parts.accountId, name };
};

export const findAssumableRole = async (
  arn: string,
  dependencies: StsDependencies,
): Promise<AssumableRole | undefined> => {
  const { account, name } = roleNameOf(arn);
  const role = await dependencies.findRole(accountId(account), name);
  return role?.arn === arn ? role : undefined;
};
