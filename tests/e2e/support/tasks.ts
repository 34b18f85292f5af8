import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeNetworkInterfacesCommand, DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  type ContainerDefinition,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { busyboxReference } from "./busybox-image.ts";
import type { FleetlessInstance } from "./instance.ts";

export const testLogGroup = "/fleetless/test";

/** Containers of a test's task: only what the test is about. */
export type ContainerSketch = Omit<Partial<ContainerDefinition>, "name"> & { readonly name: string };

/** Tasks of one instance through AWS's own SDK. */
export class Tasks {
  readonly ecs: ECSClient;
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
  #executionRoleArn = "";
  #subnets: string[] = [];

  constructor(instance: FleetlessInstance) {
    this.ecs = new ECSClient(instance.clientSettings);
    this.ec2 = new EC2Client(instance.clientSettings);
    this.iam = new IAMClient(instance.clientSettings);
    this.logs = new CloudWatchLogsClient(instance.clientSettings);
  }

  /** Makes the execution role and the log group that `register` uses. */
  async prepare(): Promise<void> {
    this.#executionRoleArn = await this.createRole("execution");
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    await this.iam.send(new AttachRolePolicyCommand({ RoleName: "execution", PolicyArn }));
    await this.logs.send(new CreateLogGroupCommand({ logGroupName: testLogGroup }));
    const { Subnets } = await this.ec2.send(new DescribeSubnetsCommand({}));
    this.#subnets = (Subnets ?? []).flatMap(({ SubnetId }) => SubnetId ?? []);
  }

  /** One subnet of the default VPC. */
  get subnet(): string {
    return this.#subnets[0] ?? "";
  }

  /** A role that tasks may take; answers its ARN. */
  async createRole(RoleName: string): Promise<string> {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const { Role } = await this.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    return Role?.Arn ?? "";
  }

  /** Registers a task definition of busybox containers that log; answers its ARN. */
  async register(
    family: string,
    containers: readonly ContainerSketch[],
    more: Partial<RegisterTaskDefinitionCommandInput> = {},
  ): Promise<string> {
    const { taskDefinition } = await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: "256",
        memory: "512",
        executionRoleArn: this.#executionRoleArn,
        containerDefinitions: containers.map((container) => ({
          image: busyboxReference,
          essential: true,
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": testLogGroup,
              "awslogs-region": "us-east-1",
              "awslogs-stream-prefix": family,
            },
          },
          ...container,
        })),
        ...more,
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  async start(taskDefinition: string, more: Partial<RunTaskCommandInput> = {}): Promise<Task[]> {
    const { tasks, failures } = await this.ecs.send(
      new RunTaskCommand({
        taskDefinition,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: this.#subnets, assignPublicIp: "ENABLED" } },
        ...more,
      }),
    );
    if (failures?.length) throw new Error(`RunTask failed: ${JSON.stringify(failures)}`);
    return tasks ?? [];
  }

  /** Registers, runs one task and waits for a status. */
  async run(
    family: string,
    containers: readonly ContainerSketch[],
    status: "RUNNING" | "STOPPED",
    more: Partial<RegisterTaskDefinitionCommandInput> = {},
    runMore: Partial<RunTaskCommandInput> = {},
  ): Promise<Task> {
    const [task] = await this.start(await this.register(family, containers, more), runMore);
    return this.until(task?.taskArn ?? "", status);
  }

  /** Registers, runs one task to its end; answers it and what its containers wrote. */
  async finish(
    family: string,
    containers: readonly ContainerSketch[],
    more: Partial<RegisterTaskDefinitionCommandInput> = {},
    runMore: Partial<RunTaskCommandInput> = {},
  ): Promise<{ readonly task: Task; readonly lines: readonly string[] }> {
    const task = await this.run(family, containers, "STOPPED", more, runMore);
    return { task, lines: await this.lines(task) };
  }

  async describe(taskArn: string): Promise<Task> {
    const { tasks } = await this.ecs.send(new DescribeTasksCommand({ tasks: [taskArn], include: ["TAGS"] }));
    const [task] = tasks ?? [];
    if (task === undefined) throw new Error(`There is no task ${taskArn}`);
    return task;
  }

  async until(taskArn: string, status: "RUNNING" | "STOPPED", seconds = 60): Promise<Task> {
    return this.untilTask(taskArn, (task) => task.lastStatus === status, seconds);
  }

  async untilTask(taskArn: string, isReached: (task: Task) => boolean, seconds = 60): Promise<Task> {
    const deadline = Date.now() + seconds * 1_000;
    for (;;) {
      const task = await this.describe(taskArn);
      if (isReached(task)) return task;
      if (task.lastStatus === "STOPPED" || Date.now() > deadline) throw new Error(`Task is ${JSON.stringify(task)}`);
      await sleep(50);
    }
  }

  async stop(taskArn: string, reason?: string): Promise<void> {
    await this.ecs.send(new StopTaskCommand({ task: taskArn, ...(reason === undefined ? {} : { reason }) }));
  }

  async addresses(task: Task): Promise<{ readonly privateAddress: string; readonly publicAddress: string }> {
    const id = task.attachments?.[0]?.details?.find(({ name }) => name === "networkInterfaceId")?.value ?? "";
    const answer = await this.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }));
    const [found] = answer.NetworkInterfaces ?? [];
    return { privateAddress: found?.PrivateIpAddress ?? "", publicAddress: found?.Association?.PublicIp ?? "" };
  }

  /** Every line that a task's container wrote so far. */
  async lines(task: Pick<Task, "taskArn">, container?: string): Promise<string[]> {
    const id = task.taskArn?.split("/").at(-1) ?? "";
    const found: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.logs.send(
        new FilterLogEventsCommand({ logGroupName: testLogGroup, ...(nextToken === undefined ? {} : { nextToken }) }),
      );
      for (const { logStreamName, message } of page.events ?? []) {
        const [, name, task] = logStreamName?.split("/") ?? [];
        if (task === id && (container === undefined || name === container)) found.push(message ?? "");
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  /** Waits until a line that matches was logged; answers all lines. */
  async untilLine(task: Pick<Task, "taskArn">, pattern: RegExp, seconds = 20): Promise<string[]> {
    const deadline = Date.now() + seconds * 1_000;
    for (;;) {
      const lines = await this.lines(task);
      if (lines.some((line) => pattern.test(line))) return lines;
      if (Date.now() > deadline) throw new Error(`No line matches ${pattern}: ${JSON.stringify(lines)}`);
      await sleep(100);
    }
  }
}
