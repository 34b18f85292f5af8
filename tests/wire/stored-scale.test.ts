import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";
import {
  fillStore,
  rareFamily,
  type StoredState,
  storedGroup,
  storedStream,
  storedTaskId,
  streamsOf,
  tokenBehind,
} from "../../packages/control-plane/src/testing/stored-state.ts";

interface Stored {
  readonly state: StoredState;
  readonly served: ServedControlPlane;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
}

/** What reads all that is stored takes some twenty times as long in the larger. */
const sizes: readonly StoredState[] = [
  { tasks: 400, logEvents: 5_000 },
  { tasks: 8_000, logEvents: 100_000 },
];
const stored: Stored[] = [];

beforeAll(async () => {
  for (const state of sizes) {
    const served = await serveControlPlane((directory) => fillStore(directory, state));
    const { clientSettings } = served;
    stored.push({ state, served, ecs: new ECSClient(clientSettings), logs: new CloudWatchLogsClient(clientSettings) });
  }
}, 60_000);

afterAll(async () => {
  for (const { served, ecs, logs } of stored) {
    ecs.destroy();
    logs.destroy();
    await served.close();
  }
});

const rounds = 9;

/** The shortest times of a call, taken in turns: the least of several shows the work and not what else the machine did. */
const leastTimes = async (call: (each: Stored) => Promise<unknown>): Promise<readonly number[]> => {
  const least = stored.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, each] of stored.entries()) {
      const from = performance.now();
      await call(each);
      least[index] = Math.min(least[index] ?? 0, performance.now() - from);
    }
  }
  return least;
};

const hour = 3_600_000;
const page = { logGroupName: storedGroup, limit: 50 };
const byLastEvent = { logGroupName: storedGroup, orderBy: "LastEventTime", descending: true } as const;

const calls: Readonly<Record<string, (each: Stored) => Promise<readonly unknown[] | undefined>>> = {
  "DescribeTasks of one": async ({ ecs, state }) =>
    (await ecs.send(new DescribeTasksCommand({ tasks: [storedTaskId(state.tasks - 1)] }))).tasks,
  "ListTasks, the first page": async ({ ecs }) => (await ecs.send(new ListTasksCommand({}))).taskArns,
  "ListTasks, a later page": async ({ ecs, state }) =>
    (await ecs.send(new ListTasksCommand({ nextToken: tokenBehind(state.tasks - 200) }))).taskArns,
  "ListTasks of what has stopped": async ({ ecs }) =>
    (await ecs.send(new ListTasksCommand({ desiredStatus: "STOPPED", maxResults: 10 }))).taskArns,
  "ListTasks of a rare family": async ({ ecs }) =>
    (await ecs.send(new ListTasksCommand({ family: rareFamily }))).taskArns,
  "GetLogEvents from the head": async ({ logs, state }) =>
    (await logs.send(new GetLogEventsCommand({ ...page, logStreamName: lastStream(state), startFromHead: true })))
      .events,
  "GetLogEvents of the tail": async ({ logs, state }) =>
    (await logs.send(new GetLogEventsCommand({ ...page, logStreamName: lastStream(state) }))).events,
  "FilterLogEvents, the first page": async ({ logs }) => (await logs.send(new FilterLogEventsCommand(page))).events,
  "FilterLogEvents within a time": async ({ logs }) =>
    (await logs.send(new FilterLogEventsCommand({ ...page, startTime: Date.now() - hour / 2 }))).events,
  "FilterLogEvents of a stream": async ({ logs, state }) =>
    (await logs.send(new FilterLogEventsCommand({ ...page, logStreamNames: [lastStream(state)] }))).events,
  "FilterLogEvents of a prefix": async ({ logs, state }) =>
    (await logs.send(new FilterLogEventsCommand({ ...page, logStreamNamePrefix: lastStream(state) }))).events,
  "DescribeLogStreams, the first page": async ({ logs }) =>
    (await logs.send(new DescribeLogStreamsCommand({ logGroupName: storedGroup }))).logStreams,
  "DescribeLogStreams from the last": async ({ logs }) =>
    (await logs.send(new DescribeLogStreamsCommand({ logGroupName: storedGroup, descending: true }))).logStreams,
  "DescribeLogStreams by the last event": async ({ logs }) =>
    (await logs.send(new DescribeLogStreamsCommand(byLastEvent))).logStreams,
};

const lastStream = (state: StoredState): string => storedStream(streamsOf(state) - 1);

test.each(Object.keys(calls))("%s takes as long with twenty times as much stored", async (name) => {
  const call = async (each: Stored) => expect(await calls[name]?.(each)).not.toHaveLength(0);
  const [small = 0, large = 0] = await leastTimes(call);
  expect(large).toBeLessThan(small * 3 + 3);
});
