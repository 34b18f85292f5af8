import type { Call } from "../call.ts";
import { globalConditionKeys } from "../condition-keys.ts";
import { accessDenied } from "../errors.ts";
import type { GatewayContext } from "../exchange.ts";
import type { BoundOperation } from "../operation.ts";
import type { Decision } from "../ports.ts";
import { withResourceTags } from "../resource-tags.ts";

type Denial = Extract<Decision, { kind: "denied" }>;

const describeDenial = (call: Call, denial: Denial): string =>
  `User: ${call.principal.arn} is not authorized to perform: ${denial.permission.action} on resource: ${denial.resource} ${denial.because}`;

/** EC2 says first what the others leave to the code. */
const ec2Preface = "You are not authorized to perform this operation. ";

/** Asks IAM for every permission that the operation declares. */
export const authorise = async (
  bound: BoundOperation,
  input: unknown,
  call: Call,
  signingName: string,
  context: GatewayContext,
): Promise<void> => {
  if (bound.authorise.kind === "anyone") return;
  const needed = await bound.permissions(input, call);
  // Nothing is withheld from root by a tag.
  const permissions =
    call.principal.kind === "root"
      ? needed
      : await withResourceTags(needed, (service) => context.directory.tagsOf(service));
  const decision = await context.authoriser.decide(call.principal, permissions, globalConditionKeys(call));
  if (decision.kind === "allowed") return;
  const sentence = describeDenial(call, decision);
  throw accessDenied(signingName === "ec2" ? ec2Preface + sentence : sentence);
};
