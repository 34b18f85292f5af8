import { endpointServiceName } from "@fleetless/engine";
import {
  type AccountId,
  accountId,
  type EndpointPassage,
  type EndpointPassages,
  type Region,
  region,
} from "@fleetless/kernel";
import { serviceMayAssume } from "../authorisation/trust.ts";
import type { Principal } from "../gateway/call.ts";
import { endpointKeys, principalKeys } from "../gateway/condition-keys.ts";
import { type RequiredPermission, throughEndpoint } from "../gateway/operation.ts";
import type { Authoriser, GlobalConditionKeys } from "../gateway/ports.ts";
import { findRole } from "../services/iam/service.ts";
import type { ReadTransaction } from "../state/store.ts";
import type { WorkloadRecord } from "./collections.ts";

/** Who may take the roles of tasks, in a role's trust policy. */
export const tasksService = "ecs-tasks.amazonaws.com";

/** On whose behalf a role of tasks is taken: a role's trust may be bound to an account's ECS in a region. */
export const tasksArn = (inRegion: string, account: string, id: string): string =>
  `arn:aws:ecs:${inRegion}:${account}:task/${id}`;

/** Whether tasks of the account and region may take a role now: it exists and its trust policy names their service. */
export const mayTasksAssume = async (
  transaction: ReadTransaction,
  scope: { readonly accountId: string; readonly region: string },
  roleArn: string,
): Promise<boolean> => {
  const role = await findRole(transaction, scope.accountId, roleArn);
  return role !== undefined && serviceMayAssume(role, tasksService, tasksArn(scope.region, scope.accountId, "*"));
};

type RolePrincipal = Principal & { readonly kind: "assumed-role" };

/** A workload as the caller that it is under one of its roles; undefined where it has none that it may take. */
export const workloadPrincipal = async (
  transaction: ReadTransaction,
  record: WorkloadRecord,
  which: "task" | "execution",
): Promise<RolePrincipal | undefined> => {
  const { executionRoleArn, taskRoleArn, id } = record.workload;
  return await rolePrincipal(transaction, record, which === "task" ? taskRoleArn : executionRoleArn, id);
};

/** Who calls under a role of tasks; undefined where there is none that tasks may take. */
export const rolePrincipal = async (
  transaction: ReadTransaction,
  scope: { readonly accountId: string; readonly region: string },
  arn: string | undefined,
  sessionName: string,
): Promise<RolePrincipal | undefined> => {
  const role = arn === undefined ? undefined : await findRole(transaction, scope.accountId, arn);
  if (role === undefined) return undefined;
  const account: AccountId = accountId(scope.accountId);
  if (!serviceMayAssume(role, tasksService, tasksArn(scope.region, account, sessionName))) return undefined;
  return {
    kind: "assumed-role",
    accountId: account,
    arn: `arn:aws:sts::${account}:assumed-role/${role.roleName}/${sessionName}`,
    userId: `${role.roleId}:${sessionName}`,
    roleArn: role.arn,
    roleName: role.roleName,
    sessionName,
    sessionPolicies: [],
  };
};

interface RoleCall {
  readonly region: string;
  readonly now: number;
  /** Through which the call comes, where it comes through one. */
  readonly endpoint?: EndpointPassage | undefined;
}

/** The endpoint through which what is asked of a service comes. */
export const passageTo = (via: EndpointPassages | undefined, service: string, region: string) =>
  via?.[endpointServiceName({ service, region })];

/** The global condition keys of a call that the workload makes under its role. */
export const conditionKeysOf = (
  principal: Principal & { readonly kind: "assumed-role" },
  call: RoleCall,
): GlobalConditionKeys => ({
  ...(call.endpoint === undefined ? {} : endpointKeys(call.endpoint)),
  "aws:CurrentTime": [new Date(call.now).toISOString()],
  "aws:EpochTime": [String(Math.floor(call.now / 1_000))],
  "aws:RequestedRegion": [call.region],
  "aws:ViaAWSService": ["false"],
  ...principalKeys(principal),
});

/** AWS's sentence of a denial, or undefined where IAM allows it all. */
export const denialOf = async (
  authoriser: Authoriser,
  principal: Principal & { readonly kind: "assumed-role" },
  permissions: readonly RequiredPermission[],
  call: RoleCall & { readonly region: Region },
): Promise<string | undefined> => {
  const decision = await authoriser.decide(
    principal,
    throughEndpoint(permissions, call.endpoint),
    conditionKeysOf(principal, call),
  );
  if (decision.kind === "allowed") return undefined;
  return `User: ${principal.arn} is not authorized to perform: ${decision.permission.action} on resource: ${decision.resource} ${decision.because}`;
};

export const regionNamed = (name: string): Region | undefined => {
  try {
    return region(name);
  } catch {
    return undefined;
  }
};
