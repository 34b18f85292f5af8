import process from "node:process";
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { table } from "../packages/cli/src/output.ts";
import { type LoadFigures, load } from "./front-door/load.ts";
import { type Server, startFleetless, startMoto } from "./front-door/server.ts";
import { signedRequest } from "./front-door/signed-request.ts";

/** Calls per second over 16 keep-alive connections, beside moto_server in the same run where it is installed. */
const connections = 16;
const seconds = Number(process.env.FLEETLESS_BENCH_SECONDS ?? 4);
/** Until V8 has compiled what is called often, as in a server that has run for a while. */
const warmUpSeconds = 3;
const goals = { DescribeTasks: 3_000, RegisterTaskDefinition: 1_500, RunTask: 500 };
type CallName = keyof typeof goals;
/** Which calls to measure, after the script's name; all where none is named. */
const chosen = new Set(process.argv.slice(2));
const names = (["DescribeTasks", "RegisterTaskDefinition", "RunTask"] as const).filter(
  (name) => chosen.size === 0 || chosen.has(name),
);

/** Keys of a user whose calls IAM decides by a policy of its own. */
const userSettings = async (port: number) => {
  const root = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const iam = new IAMClient(root);
  await iam.send(new CreateUserCommand({ UserName: "bench" }));
  const statement = { Effect: "Allow", Action: ["ecs:*", "ec2:*", "iam:PassRole"], Resource: "*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam.send(new PutUserPolicyCommand({ UserName: "bench", PolicyName: "all", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "bench" }));
  iam.destroy();
  const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  return { ...root, credentials };
};

interface CallFigures extends LoadFigures {
  /** Of the server's process, for one call. */
  readonly cpuMicroseconds: number;
}

const measure = async (server: Server): Promise<ReadonlyMap<CallName, CallFigures>> => {
  const { port } = server;
  const settings = await userSettings(port);
  const ecs = new ECSClient(settings);
  const ec2 = new EC2Client(settings);
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupNames: ["default"] }));
  const securityGroups = (SecurityGroups ?? []).slice(0, 1).flatMap(({ GroupId }) => GroupId ?? []);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  await ecs.send(new CreateClusterCommand({ clusterName: "default" }));
  const definition = {
    family: "bench",
    requiresCompatibilities: ["FARGATE" as const],
    networkMode: "awsvpc" as const,
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "main", image: "busybox", cpu: 64, memory: 128, essential: true }],
  };
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(definition));
  const subnets = (Subnets ?? []).flatMap(({ SubnetId }) => SubnetId ?? []);
  const run = {
    cluster: "default",
    taskDefinition: taskDefinition?.taskDefinitionArn ?? "",
    launchType: "FARGATE" as const,
    networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups } },
  };
  const { tasks } = await ecs.send(new RunTaskCommand(run));
  const one = { cluster: "default", tasks: [tasks?.[0]?.taskArn ?? ""] };
  const figures = async (send: (client: ECSClient) => Promise<unknown>): Promise<CallFigures> => {
    const client = new ECSClient(settings);
    const bytes = await signedRequest(client, () => send(client));
    await load({ port, bytes, connections, seconds: warmUpSeconds });
    const before = server.cpuSeconds();
    const measured = await load({ port, bytes, connections, seconds });
    return { ...measured, cpuMicroseconds: ((server.cpuSeconds() - before) / measured.calls) * 1_000_000 };
  };
  const calls: Readonly<Record<CallName, (client: ECSClient) => Promise<unknown>>> = {
    DescribeTasks: (client) => client.send(new DescribeTasksCommand(one)),
    RegisterTaskDefinition: (client) => client.send(new RegisterTaskDefinitionCommand(definition)),
    RunTask: (client) => client.send(new RunTaskCommand(run)),
  };
  const all = new Map<CallName, CallFigures>();
  for (const name of names) all.set(name, await figures(calls[name]));
  return all;
};

const measured = async (server: Server | undefined) => {
  if (server === undefined) return undefined;
  try {
    return await measure(server);
  } finally {
    await server.close();
  }
};

const ours = await measured(await startFleetless());
const moto = await measured(await startMoto());
const rate = (figures: LoadFigures | undefined): string => figures?.perSecond.toFixed(0) ?? "not installed";
process.stdout.write(
  `${table([
    ["call, 16 connections", "per second", "median ms", "p99 ms", "CPU µs", "goal", "moto_server", "ratio"],
    ...names.map((name) => {
      const figures = ours?.get(name);
      const beside = moto?.get(name);
      return [
        name,
        rate(figures),
        figures?.medianMilliseconds.toFixed(1) ?? "",
        figures?.p99Milliseconds.toFixed(1) ?? "",
        figures?.cpuMicroseconds.toFixed(0) ?? "",
        `${goals[name]}/s`,
        rate(beside),
        figures && beside ? `${(figures.perSecond / beside.perSecond).toFixed(1)} ×` : "",
      ];
    }),
  ])}\n`,
);
