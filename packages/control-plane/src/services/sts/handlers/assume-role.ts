import type { AssumeRoleRequest, AssumeRoleResponse } from "@aws-sdk/client-sts";
import { accountId, parseArn } from "@fleetless/kernel";
import type { Call } from "../../../gateway/call.ts";
import { defineOperation, type RequiredPermission } from "../../../gateway/operation.ts";
import { checkBounds, checkLength, checkPattern, refuseParameters } from "../constraints.ts";
import type { AssumableRole, StsDependencies } from "../dependencies.ts";
import { durationAboveChainingLimit, durationAboveMaximum, invalidRoleArn, roleNotAssumable } from "../errors.ts";
import { sessionPoliciesOf } from "../session-policies.ts";
import { assumedRoleUserView, credentialsView } from "../views.ts";

/** Seconds. */
const defaultDuration = 3600;
const chainingLimit = 3600;
const durationBounds = { least: 900, most: 43_200 };

/** The role that an ARN such as `arn:aws:iam::123456789012:role/path/name` names. */
const roleNameOf = (arn: string): { readonly account: string; readonly name: string } => {
  const parts = parseArn(arn);
  const name = parts?.resource.startsWith("role/") ? parts.resource.split("/").at(-1) : undefined;
  if (parts?.service !== "iam" || !name || !/^\d{12}$/.test(parts.accountId)) throw invalidRoleArn(arn);
  return { account: parts.accountId, name };
};

const findRole = async (arn: string, dependencies: StsDependencies): Promise<AssumableRole | undefined> => {
  const { account, name } = roleNameOf(arn);
  const role = await dependencies.findRole(accountId(account), name);
  return role?.arn === arn ? role : undefined;
};

/** A malformed request is refused before it is looked at who makes it, as AWS does. */
const permissions = async (
  input: AssumeRoleRequest,
  { principal }: Call,
  dependencies: StsDependencies,
): Promise<readonly RequiredPermission[]> => {
  checkInput(input);
  const { RoleArn: arn = "", RoleSessionName: sessionName = "", ExternalId: externalId } = input;
  const role = await findRole(arn, dependencies);
  if (role === undefined) throw roleNotAssumable(principal.arn, arn);
  return [
    {
      action: "sts:AssumeRole",
      resources: [arn],
      conditionKeys: {
        "sts:RoleSessionName": [sessionName],
        ...(externalId === undefined ? {} : { "sts:ExternalId": [externalId] }),
      },
      resourcePolicy: { document: role.trustPolicy, required: true },
    },
  ];
};

const checkInput = (input: AssumeRoleRequest): void => {
  const { RoleSessionName: sessionName = "", ExternalId: externalId, DurationSeconds: duration } = input;
  checkLength(sessionName, "roleSessionName", { least: 2, most: 64 });
  checkPattern(sessionName, "roleSessionName", /^[\w+=,.@-]*$/, "[\\w+=,.@-]*");
  if (duration !== undefined) checkBounds(duration, "durationSeconds", durationBounds);
  if (externalId !== undefined) {
    checkLength(externalId, "externalId", { least: 2, most: 1224 });
    checkPattern(externalId, "externalId", /^[\w+=,.@:/-]*$/, "[\\w+=,.@:\\/-]*");
  }
  const { Tags, TransitiveTagKeys, SerialNumber, TokenCode, SourceIdentity, ProvidedContexts } = input;
  refuseParameters("AssumeRole", {
    Tags,
    TransitiveTagKeys,
    SerialNumber,
    TokenCode,
    SourceIdentity,
    ProvidedContexts,
  });
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = defineOperation<StsDependencies, AssumeRoleRequest, AssumeRoleResponse>({
  authorise: { kind: "permissions", permissions },
  handle: async (input, call, dependencies) => {
    const { RoleArn: arn = "", RoleSessionName: sessionName = "" } = input;
    const role = await findRole(arn, dependencies);
    if (role === undefined) throw roleNotAssumable(call.principal.arn, arn);
    const duration = input.DurationSeconds ?? defaultDuration;
    if (duration > role.maxSessionDuration) throw durationAboveMaximum();
    if (call.principal.kind === "assumed-role" && duration > chainingLimit) throw durationAboveChainingLimit();
    const { account } = roleNameOf(arn);
    const policies = await sessionPoliciesOf(input, accountId(account), dependencies);
    const credentials = await dependencies.issueRoleSession({
      accountId: accountId(account),
      role,
      sessionName,
      sessionPolicies: policies.documents,
      durationSeconds: duration,
    });
    return {
      Credentials: credentialsView(credentials),
      AssumedRoleUser: assumedRoleUserView(account, role, sessionName),
      ...(policies.packedSize === undefined ? {} : { PackedPolicySize: policies.packedSize }),
    };
  },
});
