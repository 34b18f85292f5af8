import { evaluate } from "./evaluate.ts";
import { parsePolicy } from "./parse-policy.ts";
import { conditionContext } from "./pattern.ts";

/**
 * Whether a role's trust policy lets one whom an identity provider vouches for do `action`, such as
 * sts:AssumeRoleWithWebIdentity, with the condition keys that the provider's token gives.
 */
export const federatedMayAssume = (
  role: { readonly arn: string; readonly accountId: string; readonly trustPolicy: string },
  asked: {
    readonly action: string;
    readonly provider: string;
    readonly conditionKeys: Readonly<Record<string, readonly string[]>>;
  },
): boolean => {
  const decision = evaluate(
    {
      identity: [],
      resource: { name: role.arn, policy: parsePolicy(role.trustPolicy, "trust") },
      resourceRequired: true,
    },
    {
      action: asked.action,
      resource: role.arn,
      context: conditionContext(Object.entries(asked.conditionKeys)),
      principal: { accountId: role.accountId, arn: asked.provider, federatedBy: [asked.provider] },
    },
  );
  return decision.kind === "allowed";
};

/**
 * Whether a role's trust policy lets an AWS service, such as `ecs-tasks.amazonaws.com`, take the role on behalf of a
 * resource. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export const serviceMayAssume = (
  role: { readonly arn: string; readonly accountId: string; readonly trustPolicy: string },
  service: string,
  sourceArn: string,
): boolean => {
  const decision = evaluate(
    {
      identity: [],
      resource: { name: role.arn, policy: parsePolicy(role.trustPolicy, "trust") },
      resourceRequired: true,
    },
    {
      action: "sts:AssumeRole",
      resource: role.arn,
      context: new Map([
        ["aws:principalisawsservice", ["true"]],
        ["aws:principalservicename", [service]],
        ["aws:sourceaccount", [role.accountId]],
        ["aws:sourcearn", [sourceArn]],
      ]),
      principal: { accountId: role.accountId, arn: service, service },
    },
  );
  return decision.kind === "allowed";
};
