import { loadPolicy } from "@cloud-copilot/iam-policy";
import { evaluate, type NamedPolicy, type PolicySet } from "../evaluate.ts";
import { type PolicyKind, parsePolicy } from "../parse-policy.ts";
import { conditionContext } from "../pattern.ts";
import type { GeneratedCase, RawStatement } from "./generated-case.ts";

export type Verdict = "allowed" | "explicitly-denied" | "not-allowed";

const named = (statements: readonly RawStatement[], kind: PolicyKind): NamedPolicy => ({
  name: kind,
  policy: parsePolicy(JSON.stringify(documentOf(statements)), kind),
});

const documentOf = (statements: readonly RawStatement[]) => ({ Version: "2012-10-17", Statement: statements });

/** Keys and roles have policies without which nothing is allowed. */
const needsResourcePolicy = (asked: GeneratedCase): boolean =>
  asked.action.startsWith("kms:") || (asked.action.startsWith("sts:") && asked.resourcePolicy !== undefined);

export const ourVerdict = (asked: GeneratedCase): Verdict => {
  const policies: PolicySet = {
    identity: asked.identity.map((list) => named(list, "identity")),
    serviceControl: asked.serviceControl.map((level) => level.map((list) => named(list, "identity"))),
    ...(asked.boundary === undefined ? {} : { boundary: named(asked.boundary, "identity") }),
    ...(asked.session === undefined ? {} : { session: [named(asked.session, "identity")] }),
    ...(asked.resourcePolicy === undefined ? {} : { resource: named(asked.resourcePolicy, "resource") }),
    resourceRequired: needsResourcePolicy(asked),
    resourceAccountId: asked.resourceAccountId,
  };
  const context = conditionContext(
    Object.entries(asked.context).map(([key, value]) => [key, typeof value === "string" ? [value] : value]),
  );
  const { action, resource, principal } = asked;
  return evaluate(policies, { action, resource, context, principal }).kind;
};

/** The parts of the simulator behind its checks of actions and keys, which know but those that AWS has. */
interface Simulator {
  readonly authorize: (request: object) => { readonly result: string };
  readonly AwsRequestImpl: new (
    principal: string,
    resource: object,
    action: string,
    context: object,
    namesNoResource: boolean,
  ) => object;
  readonly RequestContextImpl: new (values: object) => object;
  readonly DiscoveryContextKeyConstraints: new (keys: readonly string[]) => object;
}

const part = (path: string): Promise<Simulator> =>
  import(new URL(path, import.meta.resolve("@cloud-copilot/iam-simulate")).href);

const { authorize } = await part("core_engine/CoreSimulatorEngine.js");
const { AwsRequestImpl } = await part("request/request.js");
const { RequestContextImpl } = await part("requestContext.js");
const { DiscoveryContextKeyConstraints } = await part("context_keys/discoveryContextKeyConstraints.js");
const strictly = {
  simulationMode: "Strict",
  discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
};

/** What the simulator makes of it. */
export const oracleVerdict = (asked: GeneratedCase): Verdict => {
  const { principal, action, resource, resourceAccountId: accountId } = asked;
  const request = new AwsRequestImpl(
    principal.arn,
    { resource, accountId },
    action,
    new RequestContextImpl(asked.context),
    resource === "*",
  );
  const policy = (name: string, statements: readonly RawStatement[]) => loadPolicy(documentOf(statements), { name });
  const optional = (name: string, statements: readonly RawStatement[] | undefined) =>
    statements === undefined ? undefined : policy(name, statements);
  const { result } = authorize({
    request,
    sessionPolicy: optional("session", asked.session),
    identityPolicies: asked.identity.map((list, index) => policy(`identity ${index}`, list)),
    serviceControlPolicies: asked.serviceControl.map((level, index) => ({
      orgIdentifier: `level ${index}`,
      policies: level.map((list, place) => policy(`control ${index}.${place}`, list)),
    })),
    resourceControlPolicies: [],
    resourcePolicy: optional("resource", asked.resourcePolicy),
    permissionBoundaries: asked.boundary === undefined ? undefined : [policy("boundary", asked.boundary)],
    vpcEndpointPolicies: undefined,
    simulationParameters: strictly,
  });
  if (result === "Allowed") return "allowed";
  return result === "ExplicitlyDenied" ? "explicitly-denied" : "not-allowed";
};
