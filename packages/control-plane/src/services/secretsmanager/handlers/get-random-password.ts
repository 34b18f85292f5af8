import type { GetRandomPasswordRequest, GetRandomPasswordResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { randomPassword } from "../random-password.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export const getRandomPassword = defineOperation<
  SecretsManagerDependencies,
  GetRandomPasswordRequest,
  GetRandomPasswordResponse
>({
  authorise: permission("secretsmanager:GetRandomPassword", () => ["*"]),
  handle: async (input) => ({ RandomPassword: randomPassword(input) }),
});
