import { defineError, type RoleCredentials } from "@fleetless/kernel";
import { serviceMayAssume } from "../authorisation/trust.ts";
import { findRole, roleNotFound } from "../services/iam/service.ts";
import type { Store } from "../state/store.ts";
import type { Sessions } from "./sessions.ts";

interface ServiceRoleSessionRequest {
  /** Whose workload takes the role: none takes a role of another account. */
  readonly accountId: string;
  readonly roleArn: string;
  /** What the service takes it for. */
  readonly sourceArn: string;
  readonly servicePrincipal: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
}

export interface ServiceRoleSessions {
  /** Throws NoSuchEntity where there is no such role, AccessDenied where it does not trust the service. */
  issue(request: ServiceRoleSessionRequest): Promise<RoleCredentials>;
}

const serviceNotTrusted = defineError(
  "AccessDenied",
  403,
  (service: string, roleArn: string) =>
    `${service} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}. ` +
    "Name the service as a principal in the role's trust policy.",
);

/** Temporary keys of roles for AWS services, each time as the role's trust policy stands. */
export const createServiceRoleSessions = (store: Store, sessions: Sessions): ServiceRoleSessions => ({
  issue: async ({ accountId, roleArn, sourceArn, servicePrincipal, sessionName, durationSeconds }) => {
    const role = await store.read((transaction) => findRole(transaction, accountId, roleArn));
    if (role === undefined) throw roleNotFound(roleArn.slice(roleArn.lastIndexOf("/") + 1));
    if (!serviceMayAssume(role, servicePrincipal, sourceArn)) throw serviceNotTrusted(servicePrincipal, roleArn);
    const credentials = sessions.issueRoleSession({ role, sessionName, durationSeconds, service: servicePrincipal });
    return { roleArn, ...credentials };
  },
});
