import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { withBusyboxImage } from "../../../scripts/quickstart/busybox-image.ts";
import type { RunningInstance } from "./use-instance.ts";

/** The image `team/web:1` in the registry, and a secret that the execution role may read, whose ARN is answered. */
export const keepImageAndSecret = async ({ instance, tasks }: RunningInstance): Promise<string> => {
  await new ECRClient(instance.clientSettings).send(new CreateRepositoryCommand({ repositoryName: "team/web" }));
  await withBusyboxImage("busybox:1", "hello\n", (layout) => instance.json("image", "push", layout, "team/web:1"));
  const secrets = new SecretsManagerClient(instance.clientSettings);
  const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name: "app/token", SecretString: "a token" }));
  const Statement = [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await tasks.iam.send(new PutRolePolicyCommand({ RoleName: "execution", PolicyName: "secrets", PolicyDocument }));
  return ARN;
};
