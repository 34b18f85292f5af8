import { DeleteVpcEndpointsCommand } from "@aws-sdk/client-ec2";
import { ExecuteCommandCommand, type Task } from "@aws-sdk/client-ecs";
import { beforeAll, expect, test } from "vitest";
import { busyboxReference } from "./support/busybox-image.ts";
import { keepImageAndSecret } from "./support/image-and-secret.ts";
import {
  createGroup,
  createInterfaceEndpoint,
  createIsolatedSubnet,
  createS3Endpoint,
  type IsolatedSubnet,
} from "./support/subnets.ts";
import type { ContainerSketch } from "./support/tasks.ts";
import { shell, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");
const image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web:1";

let isolated: IsolatedSubnet;
let secretArn: string;

beforeAll(async () => {
  const { tasks } = fleetless;
  secretArn = await keepImageAndSecret(fleetless);
  isolated = await createIsolatedSubnet(tasks.ec2, 61);
});

const container = (rest: Partial<ContainerSketch> = {}): ContainerSketch => ({
  name: "main",
  image,
  ...shell("echo started"),
  ...rest,
});

const run = (family: string, subnet: string, given: ContainerSketch, groups: readonly string[] = []): Promise<Task> =>
  fleetless.tasks.run(family, [given], "STOPPED", {}, inSubnet(subnet, groups));

const inSubnet = (subnet: string, groups: readonly string[] = []) => ({
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: [subnet],
      assignPublicIp: "DISABLED" as const,
      ...(groups.length === 0 ? {} : { securityGroups: [...groups] }),
    },
  },
});

const withoutLogs = { logConfiguration: undefined };

test.concurrent("a task in a public subnet without a public address cannot pull, and is told of the gateway", async () => {
  const task = await run("no-address", fleetless.tasks.subnet, container());
  expect(task).toMatchObject({ stopCode: "TaskFailedToStart" });
  expect(task.stoppedReason).toMatch(
    /^ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR\. Check your task network configuration\. .*: igw-\w+ has no public address to show for eni-\w+ on its way to com\.amazonaws\.us-east-1\.ecr\.api, and vpc-\w+ has no endpoint for it$/,
  );
  const { stdout } = await fleetless.instance.run("task", "timeline", task.taskArn ?? "");
  expect(stdout).toMatch(
    /^prepare image of main failed: ResourceInitializationError: .* has no public address to show for /m,
  );
});

test.concurrent("a task in an isolated subnet fails for its image, for a secret and for its logs", async () => {
  const noRoute = `${isolated.subnetId} has no route to com.amazonaws.us-east-1`;
  const [pull, secret, log] = await Promise.all([
    run("no-image", isolated.subnetId, container(withoutLogs)),
    run("no-secret", isolated.subnetId, {
      ...container({ image: busyboxReference, ...withoutLogs }),
      secrets: [{ name: "TOKEN", valueFrom: secretArn }],
    }),
    run("no-logs", isolated.subnetId, container({ image: busyboxReference })),
  ]);
  expect([pull.stopCode, secret.stopCode, log.stopCode]).toEqual(Array(3).fill("TaskFailedToStart"));
  expect(pull.stoppedReason).toContain("There is a connection issue between the task and Amazon ECR.");
  expect(pull.stoppedReason).toContain(`${noRoute}.ecr.api in ${isolated.routeTableId}`);
  expect(secret.stoppedReason).toContain("There is a connection issue between the task and AWS Secrets Manager.");
  expect(secret.stoppedReason).toContain(`failed to fetch secret ${secretArn} from secrets manager:`);
  expect(secret.stoppedReason).toContain(`${noRoute}.secretsmanager in ${isolated.routeTableId}`);
  expect(log.stoppedReason).toMatch(
    /^ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: RequestError: send request failed caused by: /,
  );
  expect(log.stoppedReason).toContain(`${noRoute}.logs in ${isolated.routeTableId}`);
});

test.concurrent("an image that was imported asks for no way", async () => {
  const given = container({ image: busyboxReference, ...withoutLogs, ...shell("exit 7") });
  const task = await run("own-image", isolated.subnetId, given);
  expect(task).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 7 }] });
});

test.concurrent("a registry somewhere in the world is out of reach too", async () => {
  const task = await run(
    "elsewhere",
    isolated.subnetId,
    container({ image: "registry.invalid/team/web:1", ...withoutLogs }),
  );
  expect(task.stoppedReason).toMatch(
    /^CannotPullContainerError: The task can’t pull the image\. Check your network configuration\. .*: subnet-\w+ has no route to registry\.invalid:443 in rtb-\w+$/,
  );
});

test.concurrent("an isolated subnet with endpoints starts tasks with images, secrets and logs, one endpoint after the other", async () => {
  const { tasks } = fleetless;
  const place = await createIsolatedSubnet(tasks.ec2, 62);
  const open = await createGroup(tasks.ec2, place.vpcId, "endpoints", "10.62.0.0/16");
  const given = { ...container(), secrets: [{ name: "TOKEN", valueFrom: secretArn }] };
  const reasons: string[] = [];
  const attempt = async () => reasons.push((await run("endpoints", place.subnetId, given)).stoppedReason ?? "");
  for (const service of ["secretsmanager", "logs", "ecr.api", "ecr.dkr"]) {
    await createInterfaceEndpoint(tasks.ec2, place, service, open);
    if (service !== "secretsmanager") await attempt();
  }
  expect(reasons[0]).toContain(".ecr.api");
  expect(reasons[1]).toMatch(/^CannotPullContainerError: .*failed to resolve ref .*us-east-1\.ecr\.dkr/);
  expect(reasons[2]).toMatch(/^CannotPullContainerError: .*failed to copy: httpReaderSeeker: .*us-east-1\.s3/);
  await createS3Endpoint(tasks.ec2, place);
  const { task, lines } = await tasks.finish(
    "endpoints",
    [{ ...given, ...shell('echo "token: $TOKEN"') }],
    {},
    inSubnet(place.subnetId),
  );
  expect(task).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 0 }] });
  expect(lines).toEqual(["token: a token"]);
});

test.concurrent("an endpoint's security group that lets nothing in is named", async () => {
  const { tasks } = fleetless;
  const place = await createIsolatedSubnet(tasks.ec2, 63);
  const shut = await createGroup(tasks.ec2, place.vpcId, "shut");
  const endpoint = await createInterfaceEndpoint(tasks.ec2, place, "logs", shut);
  const task = await run("shut-endpoint", place.subnetId, container({ image: busyboxReference }));
  expect(task.stoppedReason).toMatch(
    new RegExp(
      `: no rule of the security groups of eni-\\w+ lets it in on its way to ${endpoint} \\(com\\.amazonaws\\.us-east-1\\.logs\\) : exit status 1$`,
    ),
  );
});

test.concurrent("endpoints' policies hold for what is fetched and delivered for a task", async () => {
  const { tasks } = fleetless;
  const place = await createIsolatedSubnet(tasks.ec2, 64);
  const open = await createGroup(tasks.ec2, place.vpcId, "endpoints", "10.64.0.0/16");
  const only = (Action: string) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: "*" }],
  });
  await createInterfaceEndpoint(tasks.ec2, place, "ecr.api", open);
  await createInterfaceEndpoint(tasks.ec2, place, "ecr.dkr", open);
  await createS3Endpoint(tasks.ec2, place, only("s3:ListBucket"));
  await createInterfaceEndpoint(tasks.ec2, place, "secretsmanager", open, only("secretsmanager:ListSecrets"));
  await createInterfaceEndpoint(tasks.ec2, place, "logs", open, only("logs:DescribeLogGroups"));
  const [pull, secret, log] = await Promise.all([
    run("denied-layers", place.subnetId, container(withoutLogs)),
    run("denied-secret", place.subnetId, {
      ...container({ image: busyboxReference, ...withoutLogs }),
      secrets: [{ name: "TOKEN", valueFrom: secretArn }],
    }),
    run("denied-logs", place.subnetId, container({ image: busyboxReference })),
  ]);
  const because = (action: string): string => `because no VPC endpoint policy allows the ${action} action`;
  expect(pull.stoppedReason).toMatch(
    /^CannotPullContainerError: .*httpReaderSeeker: failed open: unexpected status code/,
  );
  expect(pull.stoppedReason).toContain(because("s3:GetObject"));
  expect(secret.stoppedReason).toContain("AccessDeniedException: User: ");
  expect(secret.stoppedReason).toContain(because("secretsmanager:GetSecretValue"));
  expect(log.stoppedReason).toMatch(
    /^ResourceInitializationError: failed to validate logger args: .*AccessDeniedException/,
  );
  expect(log.stoppedReason).toContain(because("logs:CreateLogStream"));
});

test.concurrent("lines whose way is lost while the task runs are kept, and delivered when it is back", async () => {
  const { tasks } = fleetless;
  const place = await createIsolatedSubnet(tasks.ec2, 65);
  const open = await createGroup(tasks.ec2, place.vpcId, "endpoints", "10.65.0.0/16");
  const endpoint = await createInterfaceEndpoint(tasks.ec2, place, "logs", open);
  const script = "echo before; until [ -e /go ]; do sleep 0.1; done; echo meanwhile; sleep 1000";
  const given = { ...container({ image: busyboxReference, ...shell(script) }), stopTimeout: 2 };
  const task = await tasks.run(
    "lost-way",
    [given],
    "RUNNING",
    {},
    {
      ...inSubnet(place.subnetId),
      enableExecuteCommand: true,
    },
  );
  await tasks.untilLine(task, /before/);
  await tasks.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [endpoint] }));
  const id = task.taskArn ?? "";
  // AWS's own sessions are carried by the task's way, which the machine's administrator does not need.
  const session = { task: id, command: "true", interactive: true };
  await expect(tasks.ecs.send(new ExecuteCommandCommand(session))).rejects.toMatchObject({
    name: "TargetNotConnectedException",
    message: `The execute command failed due to an internal error. Try again later. The task has no way to ssmmessages: ${place.subnetId} has no route to com.amazonaws.us-east-1.ssmmessages in ${place.routeTableId}, and ${place.vpcId} has no endpoint for it.`,
  });
  await createInterfaceEndpoint(tasks.ec2, place, "ssmmessages", open);
  expect((await tasks.ecs.send(new ExecuteCommandCommand(session))).session?.streamUrl).toMatch(/^ws:/);
  const { code } = await fleetless.instance.run("task", "exec", id, "--", "touch", "/go");
  expect(code).toBe(0);
  await new Promise((wake) => setTimeout(wake, 2_000));
  expect(await tasks.lines(task)).toEqual(["before"]);
  await createInterfaceEndpoint(tasks.ec2, place, "logs", open);
  expect(await tasks.untilLine(task, /meanwhile/)).toEqual(["before", "meanwhile"]);
  await tasks.stop(id);
});
