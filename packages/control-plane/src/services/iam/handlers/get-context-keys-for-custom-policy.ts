import type {
  GetContextKeysForCustomPolicyCommandInput,
  GetContextKeysForCustomPolicyCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { contextKeysOf } from "../context-keys.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onAll } from "../permissions.ts";

export const getContextKeysForCustomPolicy = defineOperation<
  IamDependencies,
  GetContextKeysForCustomPolicyCommandInput,
  Answer<GetContextKeysForCustomPolicyCommandOutput>
>({
  authorise: onAll("iam:GetContextKeysForCustomPolicy"),
  handle: async (input) => ({ ContextKeyNames: contextKeysOf(input.PolicyInputList ?? []) }),
});
