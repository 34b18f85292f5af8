import { afterAll, beforeAll, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { TestSecrets } from "./support/secrets.ts";
import { Tasks } from "./support/tasks.ts";

const account = "123456789012";
let instance: FleetlessInstance;
let tasks: Tasks;
let secrets: TestSecrets;

beforeAll(async () => {
  instance = await createInstance();
  await instance.up("--isolation", "runc");
  await importBusybox(instance);
  tasks = new Tasks(instance);
  await tasks.prepare();
  secrets = new TestSecrets(instance);
  await secrets.prepare(tasks);
});

afterAll(() => instance.purge());

const failed =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:";
const retried = "service call has been retried 1 time(s):";

test.each<[string, () => string, () => string]>([
  [
    "a secret that the role may not read",
    () => `arn:aws:secretsmanager:us-east-1:${account}:secret:other`,
    () =>
      `${failed} unable to retrieve secret from asm: ${retried} failed to fetch secret arn:aws:secretsmanager:us-east-1:${account}:secret:other from secrets manager: AccessDeniedException: User: arn:aws:sts::${account}:assumed-role/execution/TASK is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:${account}:secret:other because no identity-based policy allows the secretsmanager:GetSecretValue action status code: 400, request id: `,
  ],
  [
    "a secret that is not there",
    () => `arn:aws:secretsmanager:us-east-1:${account}:secret:app/none`,
    () =>
      `${failed} unable to retrieve secret from asm: ${retried} failed to fetch secret arn:aws:secretsmanager:us-east-1:${account}:secret:app/none from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret. status code: 400, request id: `,
  ],
  [
    "a key that the secret has not",
    () => `${secrets.jsonArn}:none::`,
    () =>
      `${failed} unable to retrieve secret from asm: ${retried} retrieved secret from Secrets Manager did not contain json key none`,
  ],
  [
    "a secret whose KMS key the role may not use",
    () => secrets.lockedArn,
    () =>
      `${failed} unable to retrieve secret from asm: ${retried} failed to fetch secret ${secrets.lockedArn} from secrets manager: AccessDeniedException: Access to KMS is not allowed status code: 400, request id: `,
  ],
  [
    "a parameter that the role may not read",
    () => "/other/parameter",
    () =>
      `${failed} unable to retrieve secrets from ssm: ${retried} AccessDeniedException: User: arn:aws:sts::${account}:assumed-role/execution/TASK is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:${account}:parameter/other/parameter because no identity-based policy allows the ssm:GetParameters action status code: 400, request id: `,
  ],
  [
    "a parameter that is not there",
    () => "/app/none",
    () => `${failed} unable to retrieve secrets from ssm: ${retried} invalid ssm parameters: /app/none`,
  ],
])("%s stops the task in ECS's words", async (_what, valueFrom, reason) => {
  const task = await tasks.run(
    "refused",
    [{ name: "main", secrets: [{ name: "A", valueFrom: valueFrom() }] }],
    "STOPPED",
  );
  const id = task.taskArn?.split("/").at(-1) ?? "";
  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason?.startsWith(reason().replace("TASK", id)), task.stoppedReason).toBe(true);
  expect(task.containers?.[0]?.lastStatus).toBe("STOPPED");
});

test("a definition with secrets needs an execution role", async () => {
  const container = { name: "main", secrets: [{ name: "A", valueFrom: "/app/text" }], logConfiguration: undefined };
  await expect(tasks.register("no-role", [container], { executionRoleArn: undefined })).rejects.toMatchObject({
    name: "ClientException",
    message: "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
  });
});
