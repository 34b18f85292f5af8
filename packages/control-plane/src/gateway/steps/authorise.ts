import type { Call } from "../call.ts";
import { globalConditionKeys } from "../condition-keys.ts";
import { accessDenied } from "../errors.ts";
import type { Exchange, GatewayContext } from "../exchange.ts";
import { type BoundOperation, type RequiredPermission, throughEndpoint } from "../operation.ts";
import type { Decision } from "../ports.ts";
import { withResourcePolicies } from "../resource-policies.ts";
import { withResourceTags } from "../resource-tags.ts";

type Denial = Extract<Decision, { kind: "denied" }>;

const describeDenial = (call: Call, denial: Denial): string =>
  `User: ${call.principal.arn} is not authorized to perform: ${denial.permission.action} on resource: ${denial.resource} ${denial.because}`;

/** EC2 says first what the others leave to the code, and last what sts:DecodeAuthorizationMessage reads. */
const describeForEc2 = (call: Call, denial: Denial, { encodeDenial }: GatewayContext): string => {
  const sentence = `You are not authorized to perform this operation. ${describeDenial(call, denial)}`;
  if (encodeDenial === undefined) return sentence;
  return `${sentence}. Encoded authorization failure message: ${encodeDenial(call.principal, denial)}`;
};

/** What anyone may do needs no permission, but an endpoint that lets it through. */
const permissionsOf = async (
  bound: BoundOperation,
  input: unknown,
  call: Call,
  action: string,
): Promise<readonly RequiredPermission[]> => {
  const { endpoint } = call;
  if (bound.authorise.kind === "permissions") return throughEndpoint(await bound.permissions(input, call), endpoint);
  if (endpoint?.policy === undefined) return [];
  const endpointPolicy = { endpointId: endpoint.endpointId, document: endpoint.policy, alone: true };
  return [{ action, resources: ["*"], endpointPolicy }];
};

/** Asks IAM for every permission that the operation declares, and notes how each was decided. */
export const authorise = async (
  bound: BoundOperation,
  input: unknown,
  call: Call,
  signingName: string,
  operationName: string,
  context: GatewayContext,
  exchange: Pick<Exchange, "checks">,
): Promise<void> => {
  const { directory } = context;
  const declared = await permissionsOf(bound, input, call, `${signingName}:${operationName}`);
  if (declared.length === 0 && bound.authorise.kind !== "permissions") return;
  const needed = await withResourcePolicies(declared, (service) => directory.resourcePolicyOf(service));
  // Nothing is withheld from root by a tag, unless a resource's policy asks for it.
  const isUnlimited =
    call.principal.kind === "root" && needed.every(({ resourcePolicy }) => resourcePolicy === undefined);
  const permissions = isUnlimited ? needed : await withResourceTags(needed, (service) => directory.tagsOf(service));
  const decision = await context.authoriser.decide(call.principal, permissions, globalConditionKeys(call));
  exchange.checks = decision.checks;
  if (decision.kind === "allowed") return;
  throw accessDenied(signingName === "ec2" ? describeForEc2(call, decision, context) : describeDenial(call, decision));
};
