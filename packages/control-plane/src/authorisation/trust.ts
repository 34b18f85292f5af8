import { evaluate } from "./evaluate.ts";
import { parsePolicy } from "./parse-policy.ts";

/** Whether a role's trust policy lets an AWS service, such as `ecs-tasks.amazonaws.com`, take the role. */
export const serviceMayAssume = (
  role: { readonly arn: string; readonly accountId: string; readonly trustPolicy: string },
  service: string,
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
      ]),
      principal: { accountId: role.accountId, arn: service, service },
    },
  );
  return decision.kind === "allowed";
};
