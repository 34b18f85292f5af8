import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { importSdkImage, sdkReference } from "./support/sdk-image.ts";
import { Tasks } from "./support/tasks.ts";

let instance: FleetlessInstance;
let tasks: Tasks;
let taskRoleArn: string;

const program = `
import { STSClient, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ECSClient, ListClustersCommand, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
const identity = await new STSClient().send(new GetCallerIdentityCommand());
console.log("identity", identity.Arn);
const ecs = new ECSClient();
console.log("clusters", (await ecs.send(new ListClustersCommand())).clusterArns.length);
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
for (const client of [new STSClient({ credentials }), new ECSClient({ credentials })]) {
  const command = client instanceof ECSClient ? new ListClustersCommand() : new GetCallerIdentityCommand();
  await client.send(command).then(
    () => console.log("well-known key accepted"),
    (error) => console.log("well-known key", error.name, error.$metadata?.httpStatusCode),
  );
}
await ecs.send(new ListTaskDefinitionsCommand()).catch((error) => console.log("refused", error.name, error.message));
`;

beforeAll(async () => {
  instance = await createInstance();
  await instance.up();
  await importBusybox(instance);
  await importSdkImage(instance, ["@aws-sdk/client-sts", "@aws-sdk/client-ecs"], program);
  tasks = new Tasks(instance);
  await tasks.prepare();
  taskRoleArn = await tasks.createRole("worker");
  const statement = { Effect: "Allow", Action: "ecs:ListClusters", Resource: "*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await tasks.iam.send(new PutRolePolicyCommand({ RoleName: "worker", PolicyName: "clusters", PolicyDocument }));
});

afterAll(() => instance.purge());

test("an unmodified SDK in a container acts as the task's role and is refused what the role does not allow", async () => {
  const containers = [{ name: "main", image: sdkReference }];
  const size = { cpu: "1024", memory: "2048", taskRoleArn };
  const task = await tasks.run("sdk", containers, "STOPPED", size);
  const lines = (await tasks.untilLine(task, /refused/, 60)).join("\n");
  const id = task.taskArn?.split("/").at(-1);
  expect(lines).toContain(`identity arn:aws:sts::123456789012:assumed-role/worker/${id}`);
  expect(lines).toContain("clusters 1");
  expect(lines).toMatch(/refused AccessDeniedException .*not authorized to perform: ecs:ListTaskDefinitions/);
});

test("the well-known local key is the host's alone: no container may use it", async () => {
  expect((await new STSClient(instance.clientSettings).send(new GetCallerIdentityCommand({}))).Arn).toBe(
    "arn:aws:iam::123456789012:root",
  );
  const task = await tasks.run("local-key", [{ name: "main", image: sdkReference }], "STOPPED", {
    cpu: "1024",
    memory: "2048",
    taskRoleArn,
  });
  const lines = await tasks.untilLine(task, /refused/, 60);
  expect(lines.filter((line) => line.startsWith("well-known"))).toEqual([
    "well-known key InvalidClientTokenId 403",
    "well-known key UnrecognizedClientException 400",
  ]);
});

test("credentials and metadata answer to their own task and to no other", async () => {
  const show =
    "wget -q -O - http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; echo; echo uri $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task; echo; echo meta $ECS_CONTAINER_METADATA_URI_V4; sleep 1000";
  const owner = await tasks.run("owner", [{ name: "main", command: ["sh", "-c", show] }], "RUNNING", { taskRoleArn });
  const lines = await tasks.untilLine(owner, /^meta /);
  const credentials = JSON.parse(lines.find((line) => line.includes("AccessKeyId")) ?? "{}");
  expect(Object.keys(credentials).toSorted()).toEqual([
    "AccessKeyId",
    "Expiration",
    "RoleArn",
    "SecretAccessKey",
    "Token",
  ]);
  expect(credentials.RoleArn).toBe(taskRoleArn);
  const metadata = JSON.parse(lines.find((line) => line.includes("TaskARN")) ?? "{}");
  expect(metadata).toMatchObject({
    TaskARN: owner.taskArn,
    Family: "owner",
    Revision: "1",
    LaunchType: "FARGATE",
    KnownStatus: "RUNNING",
  });

  const uri = lines.find((line) => line.startsWith("uri "))?.slice(4);
  const metadataUri = lines.find((line) => line.startsWith("meta "))?.slice(5);
  const steal = `wget -q -O - http://169.254.170.2${uri} || echo no credentials; wget -q -O - ${metadataUri}/task || echo no metadata; echo done`;
  const thief = await tasks.run("thief", [{ name: "main", command: ["sh", "-c", steal] }], "STOPPED", { taskRoleArn });
  const stolen = (await tasks.untilLine(thief, /^done/)).join("\n");
  expect(stolen).toContain("no credentials");
  expect(stolen).toContain("no metadata");
  expect(stolen).not.toContain("SecretAccessKey");
  await tasks.stop(owner.taskArn ?? "");
  await tasks.until(owner.taskArn ?? "", "STOPPED", 90);
});
