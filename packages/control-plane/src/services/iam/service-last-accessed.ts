import type { ServiceLastAccessed } from "@aws-sdk/client-iam";
import { type Collection, defineCollection } from "../../state/store.ts";
import type { IamDependencies } from "./dependencies.ts";
import { callersOf, heldPolicies, requireEntity } from "./entities.ts";
import { grantedServices } from "./granted-services.ts";
import { defaultDocument } from "./repository.ts";
import { serviceNames } from "./service-names.ts";
import { dateView } from "./views.ts";

interface ActionAccess {
  readonly action: string;
  readonly arn: string;
  readonly at: number;
  readonly region: string;
}

interface ServiceAccess {
  readonly namespace: string;
  readonly last?: Omit<ActionAccess, "action">;
  readonly entities: readonly Omit<ActionAccess, "action">[];
  readonly actions: readonly ActionAccess[];
}

export interface AccessJobRecord {
  readonly accountId: string;
  readonly entityArn: string;
  readonly granularity: "SERVICE_LEVEL" | "ACTION_LEVEL";
  readonly createdAt: number;
  readonly completedAt: number;
  readonly services: readonly ServiceAccess[];
}

/** Keys are `<account>/<job id>`. */
export const accessJobs: Collection<AccessJobRecord> = defineCollection<AccessJobRecord>("iam-access-jobs");

/** AWS looks back so far, in days. */
const trackingDays = 400;
const dayMilliseconds = 86_400_000;

/** When those whom an ARN means last used each of the services that their policies let them use. */
export const gatherServiceAccess = async (
  { store, callHistory, clock }: IamDependencies,
  accountId: string,
  arn: string,
): Promise<readonly ServiceAccess[]> => {
  const { granted, callers } = await store.read(async (transaction) => {
    const entity = await requireEntity(transaction, accountId, arn);
    const documents =
      entity.kind === "policy"
        ? [defaultDocument(entity.record)]
        : (await heldPolicies(transaction, entity)).map(({ document }) => document);
    return {
      granted: new Set(documents.flatMap((document) => [...grantedServices(document)])),
      callers: await callersOf(transaction, entity),
    };
  });
  const uses = new Map<string, ActionAccess[]>();
  if (callers.size > 0) {
    for await (const call of callHistory.since(clock.now() - trackingDays * dayMilliseconds)) {
      if (call.identityArn === undefined || !callers.has(call.identityArn)) continue;
      const known = uses.get(call.service) ?? [];
      const { at, region, operation: action, identityArn } = call;
      if (!known.some((use) => use.action === action && use.arn === identityArn)) {
        known.push({ action, arn: identityArn, at, region });
      }
      uses.set(call.service, known);
    }
  }
  return [...granted].toSorted().map((namespace) => serviceAccess(namespace, uses.get(namespace) ?? []));
};

const serviceAccess = (namespace: string, uses: readonly ActionAccess[]): ServiceAccess => {
  const [last] = uses;
  const entities = uses.filter(({ arn }, index) => uses.findIndex((use) => use.arn === arn) === index);
  return {
    namespace,
    ...(last === undefined ? {} : { last }),
    entities,
    actions: uses.filter(({ action }, index) => uses.findIndex((use) => use.action === action) === index),
  };
};

export const serviceLastAccessedView = (
  { namespace, last, entities, actions }: ServiceAccess,
  granularity: AccessJobRecord["granularity"],
): ServiceLastAccessed => ({
  ServiceName: serviceNames.get(namespace) ?? namespace,
  ServiceNamespace: namespace,
  TotalAuthenticatedEntities: entities.length,
  ...(last === undefined
    ? {}
    : {
        LastAuthenticated: dateView(last.at),
        LastAuthenticatedEntity: last.arn,
        LastAuthenticatedRegion: last.region,
      }),
  ...(granularity === "SERVICE_LEVEL"
    ? {}
    : {
        TrackedActionsLastAccessed: actions.map(({ action, arn, at, region }) => ({
          ActionName: action,
          LastAccessedEntity: arn,
          LastAccessedRegion: region,
          LastAccessedTime: dateView(at),
        })),
      }),
});
