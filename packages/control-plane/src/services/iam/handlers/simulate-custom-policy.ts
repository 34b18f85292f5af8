import type { SimulateCustomPolicyCommandInput, SimulateCustomPolicyCommandOutput } from "@aws-sdk/client-iam";
import { parseArn } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { invalidInput } from "../errors.ts";
import { onAll } from "../permissions.ts";
import { inputPolicies, simulate } from "../simulation.ts";

export const simulateCustomPolicy = defineOperation<
  IamDependencies,
  SimulateCustomPolicyCommandInput,
  Answer<SimulateCustomPolicyCommandOutput>
>({
  authorise: onAll("iam:SimulateCustomPolicy"),
  handle: async (input, call) => {
    const { OrderedOrganizationPolicyInputList: organization = [] } = input;
    const caller = input.CallerArn ?? call.principal.arn;
    if (input.ResourcePolicy !== undefined && input.CallerArn === undefined) {
      throw invalidInput("CallerArn must be provided when a resource policy is present in the simulation.");
    }
    const boundaries = inputPolicies(input.PermissionsBoundaryPolicyInputList, "PermissionsBoundaryPolicyInputList");
    return simulate(input, {
      policies: inputPolicies(input.PolicyInputList, "PolicyInputList"),
      boundaries: boundaries.length === 0 ? undefined : boundaries,
      ...(organization.length === 0
        ? {}
        : {
            serviceControl: organization.map(({ ServiceControlPolicyInputList: list }) =>
              inputPolicies(list, "ServiceControlPolicyInputList"),
            ),
          }),
      principal: { accountId: parseArn(caller)?.accountId ?? call.accountId, arn: caller },
      tags: [],
    });
  },
});
