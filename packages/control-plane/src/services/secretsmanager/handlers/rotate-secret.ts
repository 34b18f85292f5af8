import type { RotateSecretRequest, RotateSecretResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { RotationRecord } from "../collections.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { invalidParameter, invalidRequest, rotationNotRun } from "../errors.ts";
import { conditionKey, onSecret } from "../permissions.ts";
import { changeSecret } from "../secret-changes.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html */
export const rotateSecret = defineOperation<SecretsManagerDependencies, RotateSecretRequest, RotateSecretResponse>({
  authorise: onSecret("secretsmanager:RotateSecret", ({ RotationLambdaARN, RotateImmediately }) => ({
    ...conditionKey("RotationLambdaARN", RotationLambdaARN),
    ...conditionKey("ModifyRotationRules", RotateImmediately === false),
  })),
  handle: async (input, call, dependencies) => {
    const rules = rulesOf(input);
    const secret = await changeSecret(dependencies, call, input.SecretId, (before) => {
      const lambdaArn = input.RotationLambdaARN ?? before.rotation?.lambdaArn;
      if (lambdaArn === undefined) {
        throw invalidRequest("No Lambda rotation function ARN is associated with this secret.");
      }
      if (input.RotateImmediately !== false) throw rotationNotRun();
      const rotation = { enabled: true, lambdaArn, rules: rules ?? before.rotation?.rules ?? {} };
      return { ...before, rotation, changedAt: dependencies.clock.now() };
    });
    return { ARN: secret.arn, Name: secret.name };
  },
});

/** Throws InvalidParameterException for a schedule that AWS would not take. */
const rulesOf = ({ RotationRules: rules }: RotateSecretRequest): RotationRecord["rules"] | undefined => {
  if (rules === undefined) return undefined;
  const { AutomaticallyAfterDays: days, Duration, ScheduleExpression } = rules;
  if (days !== undefined && ScheduleExpression !== undefined) {
    throw invalidParameter("You can't specify both AutomaticallyAfterDays and ScheduleExpression.");
  }
  if (days !== undefined && (days < 1 || days > 1000)) {
    throw invalidParameter("AutomaticallyAfterDays must be between 1 and 1000.");
  }
  if (ScheduleExpression !== undefined && !/^(rate|cron)\([^()]{1,230}\)$/.test(ScheduleExpression)) {
    throw invalidParameter("ScheduleExpression must be a rate() or cron() expression.");
  }
  if (Duration !== undefined && !/^[0-9h]{2,3}$/.test(Duration)) throw invalidParameter("Duration must be like 3h.");
  return {
    ...(days === undefined ? {} : { AutomaticallyAfterDays: days }),
    ...(Duration === undefined ? {} : { Duration }),
    ...(ScheduleExpression === undefined ? {} : { ScheduleExpression }),
  };
};
