import type {
  GetContextKeysForPrincipalPolicyCommandInput,
  GetContextKeysForPrincipalPolicyCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { contextKeysOf } from "../context-keys.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { heldPolicies, requireEntity } from "../entities.ts";
import { present } from "../validation.ts";

export const getContextKeysForPrincipalPolicy = defineOperation<
  IamDependencies,
  GetContextKeysForPrincipalPolicyCommandInput,
  Answer<GetContextKeysForPrincipalPolicyCommandOutput>
>({
  authorise: permission("iam:GetContextKeysForPrincipalPolicy", (input) => [input.PolicySourceArn ?? ""]),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const entity = await requireEntity(
        transaction,
        call.accountId,
        present(input.PolicySourceArn, "policySourceArn"),
      );
      const held = (await heldPolicies(transaction, entity)).map(({ document }) => document);
      return { ContextKeyNames: contextKeysOf([...held, ...(input.PolicyInputList ?? [])]) };
    }),
});
