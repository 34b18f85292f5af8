import { accountId, type Clock, defineError, region } from "@fleetless/kernel";
import { serviceMayAssume } from "../authorisation/trust.ts";
import { denialOf } from "../compute/service.ts";
import type { Principal } from "../gateway/call.ts";
import type { Authoriser } from "../gateway/ports.ts";
import { cloudTrailService, type LogGroupDelivery } from "../services/cloudtrail/service.ts";
import { findRole } from "../services/iam/service.ts";
import {
  groupNameInArn,
  hasLogGroup,
  type LogIngestion,
  permissionsToCreateLogStream,
  permissionsToIngestLogEvents,
} from "../services/logs/service.ts";
import type { Store } from "../state/store.ts";

interface TrailDeliveryOptions {
  readonly store: Store;
  readonly authoriser: Authoriser;
  readonly logIngestion: LogIngestion;
  readonly clock: Clock;
}

const sessionName = "CloudTrail_CloudWatchLogs";
const accessDenied = defineError("AccessDenied", 403, (sentence: string) => sentence);

/** Writes trails to log groups as the trail's role may. */
export const createTrailDelivery = ({
  store,
  authoriser,
  logIngestion,
  clock,
}: TrailDeliveryOptions): LogGroupDelivery => {
  const rolePrincipal = async (roleArn: string, { accountId: account, region: home }: Scope) => {
    const role = await store.read((transaction) => findRole(transaction, account, roleArn));
    if (role === undefined || !serviceMayAssume(role, cloudTrailService, trailsArn(home, account))) return undefined;
    return {
      kind: "assumed-role",
      accountId: accountId(account),
      arn: `arn:aws:sts::${account}:assumed-role/${role.roleName}/${sessionName}`,
      userId: `${role.roleId}:${sessionName}`,
      roleArn: role.arn,
      roleName: role.roleName,
      sessionName,
      sessionPolicies: [],
    } satisfies Principal;
  };
  const denial = async (principal: Principal & { readonly kind: "assumed-role" }, place: Place) =>
    denialOf(
      authoriser,
      principal,
      [...permissionsToCreateLogStream({ ...place, createGroup: false }), ...permissionsToIngestLogEvents(place)],
      { region: region(place.region), now: clock.now() },
    );

  return {
    problem: async (logGroupArn, roleArn, scope) => {
      const group = nameOf(logGroupArn, scope);
      if (group === undefined || !(await hasLogGroup(store, scope, group))) return "group";
      const principal = await rolePrincipal(roleArn, scope);
      if (principal === undefined) return "trust";
      const place = { ...scope, group, stream: `${scope.accountId}_CloudTrail_${scope.region}` };
      return (await denial(principal, place)) === undefined ? undefined : "permissions";
    },
    deliver: async ({ logGroupArn, roleArn, stream, batch, events }, { accountId: account, region: home }) => {
      const scope = { accountId: account, region: home };
      const group = groupNameInArn(logGroupArn, scope);
      const principal = await rolePrincipal(roleArn, scope);
      if (principal === undefined) throw accessDenied(`${roleArn} cannot be assumed by ${cloudTrailService}.`);
      const place = { ...scope, group, stream };
      const sentence = await denial(principal, place);
      if (sentence !== undefined) throw accessDenied(sentence);
      await logIngestion.ensureLogStream({ ...place, createGroup: false });
      await logIngestion.ingestLogEvents({ ...place, batch, events });
    },
  };
};

interface Scope {
  readonly accountId: string;
  readonly region: string;
}

/** On whose behalf trails take a role: its trust may be bound to an account's trails. */
const trailsArn = (home: string, account: string): string => `arn:aws:cloudtrail:${home}:${account}:trail/*`;

interface Place extends Scope {
  readonly group: string;
  readonly stream: string;
}

const nameOf = (arn: string, scope: { readonly accountId: string; readonly region: string }): string | undefined => {
  try {
    return groupNameInArn(arn, scope);
  } catch {
    return undefined;
  }
};
