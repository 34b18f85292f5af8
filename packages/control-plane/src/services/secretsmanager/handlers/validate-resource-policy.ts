import type {
  ValidateResourcePolicyRequest,
  ValidateResourcePolicyResponse,
  ValidationErrorsEntry,
} from "@aws-sdk/client-secrets-manager";
import { messageOf, ServiceError } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { permissionOnSecretId, scopeOf } from "../permissions.ts";
import { checkResourcePolicy, grantsBroadAccess } from "../resource-policy.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html */
export const validateResourcePolicy = defineOperation<
  SecretsManagerDependencies,
  ValidateResourcePolicyRequest,
  ValidateResourcePolicyResponse
>({
  authorise: {
    kind: "permissions",
    permissions: async ({ SecretId }, call, dependencies) => {
      const action = "secretsmanager:ValidateResourcePolicy";
      return SecretId === undefined
        ? [{ action, resources: ["*"] }]
        : [await permissionOnSecretId(dependencies, scopeOf(call), SecretId, action)];
    },
  },
  handle: async ({ ResourcePolicy }) => {
    const ValidationErrors = problemsOf(ResourcePolicy);
    return { PolicyValidationPassed: ValidationErrors.length === 0, ValidationErrors };
  },
});

const problemsOf = (policy: string | undefined): ValidationErrorsEntry[] => {
  try {
    return grantsBroadAccess(checkResourcePolicy(policy))
      ? [{ CheckName: "PUBLIC_POLICY", ErrorMessage: "The resource policy grants broad access to the secret." }]
      : [];
  } catch (thrown) {
    if (!(thrown instanceof ServiceError)) throw thrown;
    return [{ CheckName: "POLICY_SYNTAX", ErrorMessage: messageOf(thrown) }];
  }
};
