import type { SimulatePrincipalPolicyCommandInput, SimulatePrincipalPolicyCommandOutput } from "@aws-sdk/client-iam";
import { parsePolicy } from "../../../authorisation/parse-policy.ts";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { type HeldPolicy, heldPolicies, requireEntity } from "../entities.ts";
import { invalidInput } from "../errors.ts";
import { defaultDocument, findPolicy } from "../repository.ts";
import { inputPolicies, type SimulatedPolicy, simulate } from "../simulation.ts";
import { present } from "../validation.ts";

const sourceOf = ({ arn, ownerKind }: HeldPolicy): SimulatedPolicy["source"] => {
  if (arn === undefined) return ownerKind;
  return arn.startsWith("arn:aws:iam::aws:") ? "aws-managed" : "user-managed";
};

export const simulatePrincipalPolicy = defineOperation<
  IamDependencies,
  SimulatePrincipalPolicyCommandInput,
  Answer<SimulatePrincipalPolicyCommandOutput>
>({
  authorise: permission("iam:SimulatePrincipalPolicy", (input) => [input.PolicySourceArn ?? ""]),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      if ((input.PolicyExclusionList ?? []).length > 0) {
        throw invalidInput(
          "Fleetless does not support the parameter PolicyExclusionList of SimulatePrincipalPolicy yet.",
        );
      }
      const arn = present(input.PolicySourceArn, "policySourceArn");
      const entity = await requireEntity(transaction, call.accountId, arn);
      if (entity.kind === "policy")
        throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
      const held = await heldPolicies(transaction, entity);
      const policies: SimulatedPolicy[] = held.map((policy) => ({
        name: policy.arn ?? policy.name,
        source: sourceOf(policy),
        policy: parsePolicy(policy.document, "identity"),
      }));
      const { permissionsBoundaryArn: boundaryArn } = entity.record;
      const own = boundaryArn === undefined ? undefined : await findPolicy(transaction, call.accountId, boundaryArn);
      const given = inputPolicies(input.PermissionsBoundaryPolicyInputList, "PermissionsBoundaryPolicyInputList");
      const boundaries: readonly SimulatedPolicy[] =
        given.length > 0 || own === undefined
          ? given
          : [{ name: own.arn, source: "user-managed", policy: parsePolicy(defaultDocument(own), "identity") }];
      return simulate(input, {
        policies: [...policies, ...inputPolicies(input.PolicyInputList, "PolicyInputList")],
        boundaries: boundaries.length === 0 ? undefined : boundaries,
        principal: { accountId: call.accountId, arn: input.CallerArn ?? arn },
        tags: entity.record.tags,
      });
    }),
});
