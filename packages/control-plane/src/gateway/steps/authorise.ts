import type { Call } from "../call.ts";
import { globalConditionKeys } from "../condition-keys.ts";
import { accessDenied } from "../errors.ts";
import type { Exchange, GatewayContext } from "../exchange.ts";
import type { BoundOperation } from "../operation.ts";
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

/** Asks IAM for every permission that the operation declares, and notes how each was decided. */
export const authorise = async (
  bound: BoundOperation,
  input: unknown,
  call: Call,
  signingName: string,
  context: GatewayContext,
  exchange: Pick<Exchange, "checks">,
): Promise<void> => {
  if (bound.authorise.kind !== "permissions") return;
  const { directory } = context;
  const needed = await withResourcePolicies(await bound.permissions(input, call), (service) =>
    directory.resourcePolicyOf(service),
  );
  // Nothing is withheld from root by a tag, unless a resource's policy asks for it.
  const isUnlimited =
    call.principal.kind === "root" && needed.every(({ resourcePolicy }) => resourcePolicy === undefined);
  const permissions = isUnlimited ? needed : await withResourceTags(needed, (service) => directory.tagsOf(service));
  const decision = await context.authoriser.decide(call.principal, permissions, globalConditionKeys(call));
  exchange.checks = decision.checks;
  if (decision.kind === "allowed") return;
  throw accessDenied(signingName === "ec2" ? describeForEc2(call, decision, context) : describeDenial(call, decision));
};
