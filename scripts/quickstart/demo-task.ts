import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";

const logGroup = "/fleetless/hello";
const startedBy = "quickstart";
const securityGroupName = "hello";
const roleName = "ecsTaskExecutionRole";
const runningMilliseconds = 60_000;

interface Endpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
}

/** The demo, made with AWS's own clients and the well-known local key, as any program would. */
export class Demo {
  readonly #ecs: ECSClient;
  readonly #ec2: EC2Client;
  readonly #iam: IAMClient;
  readonly #logs: CloudWatchLogsClient;
  readonly #where: Endpoint;

  constructor(where: Endpoint, credentials: { accessKeyId: string; secretAccessKey: string }) {
    const settings = { endpoint: where.endpoint, region: where.region, credentials };
    this.#where = where;
    this.#ecs = new ECSClient(settings);
    this.#ec2 = new EC2Client(settings);
    this.#iam = new IAMClient(settings);
    this.#logs = new CloudWatchLogsClient(settings);
  }

  /** The task that an earlier run left, or a new one. */
  async task(): Promise<{ readonly task: Task; readonly subnets: readonly string[]; readonly securityGroup: string }> {
    await unlessThere(this.#logs.send(new CreateLogGroupCommand({ logGroupName: logGroup })));
    const executionRoleArn = await this.#executionRole();
    const subnets = await this.#subnets();
    const securityGroup = await this.#securityGroup();
    const task = (await this.#runningTask()) ?? (await this.#start(executionRoleArn, subnets, securityGroup));
    return { task: await this.#untilRunning(task), subnets, securityGroup };
  }

  /** Private and public address of the task's network interface. */
  async addresses(task: Task): Promise<{ readonly privateAddress: string; readonly publicAddress: string }> {
    const details = task.attachments?.[0]?.details ?? [];
    const id = details.find(({ name }) => name === "networkInterfaceId")?.value ?? "";
    const answer = await this.#ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }));
    const [found] = answer.NetworkInterfaces ?? [];
    return { privateAddress: found?.PrivateIpAddress ?? "", publicAddress: found?.Association?.PublicIp ?? "" };
  }

  /** What the task's containers wrote after `since`, oldest first. */
  async logLines(task: Task, since: number): Promise<readonly string[]> {
    const id = task.taskArn?.split("/").at(-1) ?? "";
    const answer = await this.#logs.send(new FilterLogEventsCommand({ logGroupName: logGroup, startTime: since }));
    return (answer.events ?? [])
      .filter(({ logStreamName }) => logStreamName?.endsWith(id))
      .map(({ logStreamName, message }) => `${logStreamName?.split("/").at(1)} | ${message}`);
  }

  async #executionRole(): Promise<string> {
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    await unlessThere(
      this.#iam.send(new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: JSON.stringify(trust) })),
    );
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    await this.#iam.send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn }));
    return `arn:aws:iam::${this.#where.accountId}:role/${roleName}`;
  }

  async #subnets(): Promise<string[]> {
    const Filters = [{ Name: "default-for-az", Values: ["true"] }];
    const { Subnets } = await this.#ec2.send(new DescribeSubnetsCommand({ Filters }));
    return (Subnets ?? []).flatMap(({ SubnetId }) => SubnetId ?? []);
  }

  async #securityGroup(): Promise<string> {
    const Filters = [{ Name: "group-name", Values: [securityGroupName] }];
    const { SecurityGroups } = await this.#ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const existing = SecurityGroups?.[0]?.GroupId;
    if (existing !== undefined) return existing;
    const Description = "HTTP to the hello demo";
    const { GroupId } = await this.#ec2.send(
      new CreateSecurityGroupCommand({ GroupName: securityGroupName, Description }),
    );
    const IpPermissions = [
      { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "HTTP" }] },
    ];
    await this.#ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    return GroupId ?? "";
  }

  async #runningTask(): Promise<Task | undefined> {
    const { taskArns } = await this.#ecs.send(new ListTasksCommand({ startedBy, desiredStatus: "RUNNING" }));
    const [arn] = taskArns ?? [];
    return arn === undefined ? undefined : this.#describe(arn);
  }

  async #start(executionRoleArn: string, subnets: readonly string[], securityGroup: string): Promise<Task> {
    const taskDefinition = await this.#definition(executionRoleArn);
    const { tasks, failures } = await this.#ecs.send(
      new RunTaskCommand({
        taskDefinition,
        launchType: "FARGATE",
        startedBy,
        networkConfiguration: {
          awsvpcConfiguration: { subnets: [...subnets], securityGroups: [securityGroup], assignPublicIp: "ENABLED" },
        },
      }),
    );
    const [task] = tasks ?? [];
    if (task === undefined) throw new Error(`The task was not started: ${failures?.[0]?.reason}`);
    return task;
  }

  async #definition(executionRoleArn: string): Promise<string> {
    const existing = await this.#ecs
      .send(new DescribeTaskDefinitionCommand({ taskDefinition: "hello" }))
      .catch(() => undefined);
    if (existing?.taskDefinition?.taskDefinitionArn !== undefined) return existing.taskDefinition.taskDefinitionArn;
    const path = new URL("../../examples/hello/task-definition.json", import.meta.url);
    const input: RegisterTaskDefinitionCommandInput = JSON.parse(readFileSync(path, "utf8"));
    const options = {
      "awslogs-group": logGroup,
      "awslogs-region": this.#where.region,
      "awslogs-stream-prefix": "hello",
    };
    const containerDefinitions = input.containerDefinitions?.map((container) => ({
      ...container,
      logConfiguration: { logDriver: "awslogs" as const, options },
    }));
    const answer = await this.#ecs.send(
      new RegisterTaskDefinitionCommand({ ...input, executionRoleArn, containerDefinitions }),
    );
    return answer.taskDefinition?.taskDefinitionArn ?? "";
  }

  async #describe(arn: string): Promise<Task | undefined> {
    const { tasks } = await this.#ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
    return tasks?.[0];
  }

  async #untilRunning(task: Task): Promise<Task> {
    const deadline = Date.now() + runningMilliseconds;
    let now: Task = task;
    while (now.lastStatus !== "RUNNING") {
      if (now.lastStatus === "STOPPED") throw new Error(`The task stopped: ${now.stoppedReason}`);
      if (Date.now() > deadline)
        throw new Error(`The task is still ${now.lastStatus} after ${runningMilliseconds / 1000} s`);
      await sleep(50);
      now = (await this.#describe(task.taskArn ?? "")) ?? now;
    }
    return now;
  }
}

const alreadyThere = new Set(["EntityAlreadyExistsException", "ResourceAlreadyExistsException"]);

const unlessThere = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error && alreadyThere.has(error.name))) throw error;
  }
};
