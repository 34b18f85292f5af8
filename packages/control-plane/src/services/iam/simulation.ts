import type {
  ContextEntry,
  EvaluationResult,
  PolicyEvaluationDecisionType,
  PolicySourceType,
  SimulatePolicyResponse,
} from "@aws-sdk/client-iam";
import { evaluate, type NamedPolicy, type PolicySet } from "../../authorisation/evaluate.ts";
import { matchingStatements, missingKeys } from "../../authorisation/matching-statements.ts";
import { parsePolicy } from "../../authorisation/parse-policy.ts";
import { conditionContext } from "../../authorisation/pattern.ts";
import type { RequestPrincipal } from "../../authorisation/principals.ts";
import { invalidInput } from "./errors.ts";
import { pageOf } from "./paging.ts";

/** A policy that is tried out, and what it is called in the answer. */
export interface SimulatedPolicy extends NamedPolicy {
  readonly source: PolicySourceType;
}

/** What SimulateCustomPolicy and SimulatePrincipalPolicy have in common. */
export interface SimulationInput {
  readonly ActionNames: readonly string[] | undefined;
  readonly ResourceArns?: readonly string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ResourceOwner?: string | undefined;
  readonly ContextEntries?: readonly ContextEntry[] | undefined;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface Simulated {
  readonly policies: readonly SimulatedPolicy[];
  readonly boundaries: readonly SimulatedPolicy[] | undefined;
  readonly serviceControl?: PolicySet["serviceControl"];
  readonly principal: RequestPrincipal;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** Policies that stand in the call itself are named after their place in it, as AWS does. */
export const inputPolicies = (documents: readonly string[] | undefined, list: string): readonly SimulatedPolicy[] =>
  (documents ?? []).map((document, index) => ({
    name: `${list}.${index + 1}`,
    source: "none",
    policy: parsePolicy(document, "identity"),
  }));

const most = 1_000;

/** Decides each action on each resource by the policies given, and says which of them decided. */
export const simulate = (input: SimulationInput, simulated: Simulated): SimulatePolicyResponse => {
  const { ActionNames: actions = [], ResourceArns: resources = ["*"] } = input;
  if (actions.length * resources.length > most) {
    throw invalidInput(`Fleetless simulates at most ${most} combinations of actions and resources in a call.`);
  }
  for (const action of actions) {
    if (!/^[\w-]+:[\w*]+$/.test(action)) throw invalidInput(`Invalid action name: ${action}.`);
  }
  const pairs = actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
  const { items, ...page } = pageOf(
    pairs.map((pair, index) => ({ ...pair, key: String(index).padStart(6, "0") })),
    input,
    ({ key }) => key,
  );
  return { EvaluationResults: items.map((pair) => resultOf(pair, input, simulated)), ...page };
};

const decisions: Readonly<Record<string, PolicyEvaluationDecisionType>> = {
  allowed: "allowed",
  "explicitly-denied": "explicitDeny",
  "not-allowed": "implicitDeny",
};

const resultOf = (
  { action, resource }: { readonly action: string; readonly resource: string },
  input: SimulationInput,
  { policies, boundaries, serviceControl, principal, tags }: Simulated,
): EvaluationResult => {
  const context = conditionContext([
    ...tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, [Value]] as const),
    ...(input.ContextEntries ?? []).map(
      ({ ContextKeyName: key = "", ContextKeyValues: values = [] }) => [key, values] as const,
    ),
  ]);
  const request = { action, resource, context, principal };
  const resourcePolicy =
    input.ResourcePolicy === undefined
      ? undefined
      : { name: "ResourcePolicy", source: "resource" as const, policy: parsePolicy(input.ResourcePolicy, "resource") };
  const owner = /^arn:aws:iam::(\d{12}):root$/.exec(input.ResourceOwner ?? "")?.[1] ?? input.ResourceOwner;
  const boundary = boundaries?.[0];
  const decision = evaluate(
    {
      identity: policies,
      ...(boundary === undefined ? {} : { boundary }),
      ...(serviceControl === undefined ? {} : { serviceControl }),
      ...(resourcePolicy === undefined ? {} : { resource: resourcePolicy }),
      resourceAccountId: owner,
    },
    request,
  );
  const all = [...policies, ...(boundaries ?? []), ...(resourcePolicy === undefined ? [] : [resourcePolicy])];
  const effect = decision.kind === "explicitly-denied" ? "Deny" : "Allow";
  const sources = new Map(all.map(({ name, source }) => [name, source]));
  const matched = matchingStatements(all, request).filter((statement) => statement.effect === effect);
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decisions[decision.kind],
    MatchedStatements:
      decision.kind === "not-allowed"
        ? []
        : matched.map(({ policy }) => ({ SourcePolicyId: policy, SourcePolicyType: sources.get(policy) ?? "none" })),
    MissingContextValues: [...missingKeys(all, request)],
    ...(boundaries === undefined
      ? {}
      : {
          PermissionsBoundaryDecisionDetail: {
            AllowedByPermissionsBoundary: evaluate({ identity: boundaries }, request).kind === "allowed",
          },
        }),
    ...(serviceControl === undefined
      ? {}
      : {
          OrganizationsDecisionDetail: {
            AllowedByOrganizations: serviceControl.every(
              (level) => evaluate({ identity: level }, request).kind === "allowed",
            ),
          },
        }),
  };
};
