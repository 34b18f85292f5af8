import type { AssumeRoleRequest, AssumeRoleResponse } from "@aws-sdk/client-sts";
import { accountId } from "@fleetless/kernel";
import type { Call } from "../../../gateway/call.ts";
import { defineOperation, type RequiredPermission } from "../../../gateway/operation.ts";
import { checkLength, checkPattern, checkSession, refuseParameters } from "../constraints.ts";
import type { StsDependencies } from "../dependencies.ts";
import { durationAboveChainingLimit, durationAboveMaximum, roleNotAssumable } from "../errors.ts";
import { findAssumableRole, roleNameOf } from "../role-names.ts";
import { sessionPoliciesOf } from "../session-policies.ts";
import { checkTags, sessionFacts, tagConditionKeys } from "../session-tags.ts";
import { assumedRoleUserView, credentialsView } from "../views.ts";

/** Seconds. */
const defaultDuration = 3600;
const chainingLimit = 3600;

/** A malformed request is refused before it is looked at who makes it, as AWS does. */
const permissions = async (
  input: AssumeRoleRequest,
  { principal }: Call,
  dependencies: StsDependencies,
): Promise<readonly RequiredPermission[]> => {
  checkInput(input);
  const { RoleArn: arn = "", RoleSessionName: sessionName = "", ExternalId: externalId } = input;
  const role = await findAssumableRole(arn, dependencies);
  if (role === undefined) throw roleNotAssumable(principal.arn, arn);
  const conditionKeys = {
    "sts:RoleSessionName": [sessionName],
    ...(externalId === undefined ? {} : { "sts:ExternalId": [externalId] }),
    ...tagConditionKeys(input),
  };
  const actions = [
    "sts:AssumeRole",
    ...((input.Tags ?? []).length === 0 ? [] : ["sts:TagSession"]),
    ...(input.SourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
  ];
  const resourcePolicy = { document: role.trustPolicy, required: true };
  return actions.map((action) => ({ action, resources: [arn], conditionKeys, resourcePolicy }));
};

const checkInput = (input: AssumeRoleRequest): void => {
  const { ExternalId: externalId, SourceIdentity: sourceIdentity } = input;
  checkSession(input);
  if (externalId !== undefined) {
    checkLength(externalId, "externalId", { least: 2, most: 1224 });
    checkPattern(externalId, "externalId", /^[\w+=,.@:/-]*$/, "[\\w+=,.@:\\/-]*");
  }
  if (sourceIdentity !== undefined) {
    checkLength(sourceIdentity, "sourceIdentity", { least: 2, most: 64 });
    checkPattern(sourceIdentity, "sourceIdentity", /^[\w+=,.@-]*$/, "[\\w+=,.@-]*");
  }
  checkTags(input);
  const { SerialNumber, TokenCode, ProvidedContexts } = input;
  refuseParameters("AssumeRole", { SerialNumber, TokenCode, ProvidedContexts });
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = defineOperation<StsDependencies, AssumeRoleRequest, AssumeRoleResponse>({
  authorise: { kind: "permissions", permissions },
  handle: async (input, call, dependencies) => {
    const { RoleArn: arn = "", RoleSessionName: sessionName = "" } = input;
    const role = await findAssumableRole(arn, dependencies);
    if (role === undefined) throw roleNotAssumable(call.principal.arn, arn);
    const duration = input.DurationSeconds ?? defaultDuration;
    if (duration > role.maxSessionDuration) throw durationAboveMaximum();
    if (call.principal.kind === "assumed-role" && duration > chainingLimit) throw durationAboveChainingLimit();
    const session = sessionFacts(call.principal, input);
    const { account } = roleNameOf(arn);
    const policies = await sessionPoliciesOf(input, accountId(account), dependencies);
    const credentials = await dependencies.issueRoleSession({
      accountId: accountId(account),
      role,
      sessionName,
      sessionPolicies: policies.documents,
      durationSeconds: duration,
      session,
    });
    return {
      Credentials: credentialsView(credentials),
      AssumedRoleUser: assumedRoleUserView(account, role, sessionName),
      ...(session.sourceIdentity === undefined ? {} : { SourceIdentity: session.sourceIdentity }),
      ...(policies.packedSize === undefined ? {} : { PackedPolicySize: policies.packedSize }),
    };
  },
});
