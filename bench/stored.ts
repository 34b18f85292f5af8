import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { table } from "../packages/cli/src/output.ts";
import {
  fillStore,
  rareFamily,
  type StoredState,
  storedGroup,
  storedStream,
  storedTaskId,
  streamsOf,
  tokenBehind,
} from "../packages/control-plane/src/testing/stored-state.ts";
import { load } from "./front-door/load.ts";
import { type Server, startFleetless } from "./front-door/server.ts";
import { signedRequest } from "./front-door/signed-request.ts";

/** How long reads take with little and with much stored: median milliseconds of calls one after the other. */
const sizes: readonly [StoredState, StoredState] = [
  { tasks: 100, logEvents: 10_000 },
  { tasks: Number(process.argv[2] ?? 100_000), logEvents: Number(process.argv[3] ?? 1_000_000) },
];
const seconds = Number(process.env.FLEETLESS_BENCH_SECONDS ?? 1);
const hour = 3_600_000;
const page = { logGroupName: storedGroup, limit: 50 };
const lastStream = (state: StoredState): string => storedStream(streamsOf(state) - 1);

type EcsCall = (client: ECSClient, state: StoredState) => Promise<unknown>;
type LogsCall = (client: CloudWatchLogsClient, state: StoredState) => Promise<unknown>;

const ecsCalls: Readonly<Record<string, EcsCall>> = {
  "DescribeTasks of one": (ecs, { tasks }) => ecs.send(new DescribeTasksCommand({ tasks: [storedTaskId(tasks - 1)] })),
  "ListTasks, first page": (ecs) => ecs.send(new ListTasksCommand({ maxResults: 20 })),
  "ListTasks, a later page": (ecs, { tasks }) =>
    ecs.send(new ListTasksCommand({ maxResults: 20, nextToken: tokenBehind(tasks - 50) })),
  "ListTasks, stopped": (ecs) => ecs.send(new ListTasksCommand({ desiredStatus: "STOPPED", maxResults: 20 })),
  "ListTasks, a rare family": (ecs) => ecs.send(new ListTasksCommand({ family: rareFamily })),
};

const logsCalls: Readonly<Record<string, LogsCall>> = {
  "GetLogEvents, head": (logs, state) =>
    logs.send(new GetLogEventsCommand({ ...page, logStreamName: lastStream(state), startFromHead: true })),
  "GetLogEvents, tail": (logs, state) =>
    logs.send(new GetLogEventsCommand({ ...page, logStreamName: lastStream(state) })),
  "FilterLogEvents, first page": (logs) => logs.send(new FilterLogEventsCommand(page)),
  "FilterLogEvents, within a time": (logs) =>
    logs.send(new FilterLogEventsCommand({ ...page, startTime: Date.now() - hour / 2 })),
  "FilterLogEvents, one stream": (logs, state) =>
    logs.send(new FilterLogEventsCommand({ ...page, logStreamNames: [lastStream(state)] })),
  "FilterLogEvents, a prefix": (logs, state) =>
    logs.send(new FilterLogEventsCommand({ ...page, logStreamNamePrefix: lastStream(state) })),
  "FilterLogEvents, a prefix of all": (logs) =>
    logs.send(new FilterLogEventsCommand({ ...page, logStreamNamePrefix: "stored/" })),
  "DescribeLogStreams, first page": (logs) => logs.send(new DescribeLogStreamsCommand({ logGroupName: storedGroup })),
  "DescribeLogStreams, last event": (logs) =>
    logs.send(new DescribeLogStreamsCommand({ logGroupName: storedGroup, orderBy: "LastEventTime", descending: true })),
};

/** A control plane looks at every task once when it starts: waits until it has. */
const settled = async (server: Server): Promise<void> => {
  for (let quiet = 0; quiet < 2; ) {
    const before = server.cpuSeconds();
    await sleep(500);
    quiet = server.cpuSeconds() - before < 0.05 ? quiet + 1 : 0;
  }
};

const measure = async (state: StoredState): Promise<ReadonlyMap<string, number>> => {
  const directory = await mkdtemp(join(tmpdir(), "fleetless-stored-"));
  const from = performance.now();
  await fillStore(directory, state);
  const filled = performance.now();
  const server = await startFleetless(directory);
  try {
    const started = performance.now();
    await settled(server);
    process.stdout.write(
      `${state.tasks} tasks, ${state.logEvents} log events: filled in ${((filled - from) / 1_000).toFixed(1)} s, ` +
        `answering after ${((started - filled) / 1_000).toFixed(1)} s, ` +
        `every task looked at after ${((performance.now() - started) / 1_000).toFixed(1)} s more\n`,
    );
    const settings = {
      endpoint: `http://127.0.0.1:${server.port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    const figures = new Map<string, number>();
    const time = async (name: string, bytes: Buffer): Promise<void> => {
      const { port } = server;
      await load({ port, bytes, connections: 1, seconds: seconds / 4 });
      figures.set(name, (await load({ port, bytes, connections: 1, seconds })).medianMilliseconds);
    };
    for (const [name, call] of Object.entries(ecsCalls)) {
      const client = new ECSClient(settings);
      await time(name, await signedRequest(client, () => call(client, state)));
    }
    for (const [name, call] of Object.entries(logsCalls)) {
      const client = new CloudWatchLogsClient(settings);
      await time(name, await signedRequest(client, () => call(client, state)));
    }
    return figures;
  } finally {
    await server.close();
    await rm(directory, { recursive: true });
  }
};

const small = await measure(sizes[0]);
const large = await measure(sizes[1]);
const heading = sizes.map(({ tasks, logEvents }) => `ms, ${tasks} tasks, ${logEvents} events`);
process.stdout.write(
  `${table([
    ["call", ...heading, "ratio"],
    ...[...small].map(([name, before]) => {
      const after = large.get(name) ?? Number.NaN;
      return [name, before.toFixed(2), after.toFixed(2), `${(after / before).toFixed(2)} ×`];
    }),
  ])}\n`,
);
