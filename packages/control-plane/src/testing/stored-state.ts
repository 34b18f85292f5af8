import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { nodeId, silentLogger, systemClock, workloadId } from "@fleetless/kernel";
import { type WorkloadStatusRecord, workloadStatuses, workloads } from "../compute/collections.ts";
import { workloadKey } from "../compute/workload-store.ts";
import type { TaskRecord } from "../services/ecs/collections.ts";
import { encodeToken } from "../services/ecs/paging.ts";
import { insertTask, taskKey } from "../services/ecs/repository.ts";
import { taskOf } from "../services/ecs/testing/task.ts";
import { insertGroup, insertStream } from "../services/logs/repository.ts";
import type { OpenedStore } from "../state/append/append-tables.ts";
import { openSqliteStore } from "../state/sqlite/open.ts";
import { storePath } from "../state/store-files.ts";

/** What a control plane has in its store after some time, written without its front door and in large commits. */
export interface StoredState {
  readonly tasks: number;
  /** Spread over all streams in turn. */
  readonly logEvents: number;
}

export const storedGroup = "/stored";
const scope = { accountId: "123456789012", region: "us-east-1" };
const clusterKey = `${scope.accountId}/${scope.region}/default`;
const tasksAtOnce = 500;
const eventsOfStream = 20;
const node = nodeId("stored");

export const storedTaskId = (index: number): string => index.toString(16).padStart(32, "0");
export const storedStream = (index: number): string => `stored/main/${storedTaskId(index)}`;
export const streamsOf = ({ logEvents }: StoredState): number => Math.ceil(logEvents / eventsOfStream);
/** The token of ListTasks for the place behind a task. */
export const tokenBehind = (index: number): string =>
  encodeToken(taskKey({ clusterKey, id: workloadId(storedTaskId(index)) }));

export const rareFamily = "rare";
const rareTasks = 10;

/** Every second task has stopped and released what it held; only the last few are of the rare family. */
const taskAt = (index: number, count: number, now: number): TaskRecord => {
  const id = workloadId(storedTaskId(index));
  const family = index >= count - rareTasks ? rareFamily : "web";
  return taskOf({
    id,
    arn: `arn:aws:ecs:us-east-1:123456789012:task/default/${id}`,
    family,
    group: `family:${family}`,
    createdAt: now,
    containers: [{ name: "main", arn: `arn:aws:ecs:us-east-1:123456789012:container/${id}`, image: "busybox", cpu: 0 }],
    ...(index % 2 === 0 ? {} : { desiredStatus: "STOPPED", releasedAt: now }),
  });
};

const statusOf = (task: TaskRecord, now: number): WorkloadStatusRecord => ({
  id: task.id,
  nodeId: node,
  observedRevision: 1,
  sequence: 1,
  changes: 1,
  phase: task.desiredStatus,
  attachmentStatus: "ATTACHED",
  healthStatus: "UNKNOWN",
  times: { startedAt: now },
  containers: [],
  timeline: [],
});

const storeTasks = async (store: OpenedStore, count: number, now: number): Promise<void> => {
  for (let first = 0; first < count; first += tasksAtOnce) {
    await store.transaction(async (transaction) => {
      for (let index = first; index < Math.min(count, first + tasksAtOnce); index += 1) {
        const task = taskAt(index, count, now);
        insertTask(transaction, task);
        transaction.put(workloads, workloadKey(node, task.id), {
          ...scope,
          nodeId: node,
          released: task.releasedAt !== undefined,
          workload: {
            id: task.id,
            revision: 1,
            arn: task.arn,
            desiredStatus: task.desiredStatus,
            size: { cpuUnits: 256, memoryMiB: 512, ephemeralStorageGiB: 20 },
            isolation: "runc",
            containers: [],
            volumes: [],
            networkInterface: task.networkInterface,
            metadata: {
              cluster: "default",
              family: task.family,
              revision: "1",
              launchType: task.launchType,
              availabilityZone: task.availabilityZone,
              tags: {},
            },
            createdAt: now,
          },
        });
        transaction.put(workloadStatuses, task.id, statusOf(task, now));
      }
    });
  }
};

const storeLogEvents = async (store: OpenedStore, state: StoredState, now: number): Promise<void> => {
  const group = await store.transaction((transaction) =>
    insertGroup(transaction, { ...scope, name: storedGroup, logGroupClass: "STANDARD", createdAt: now, tags: {} }),
  );
  const streams = streamsOf(state);
  for (let first = 0; first < streams; first += tasksAtOnce) {
    const records = await store.transaction(async (transaction) => {
      const made = [];
      for (let index = first; index < Math.min(streams, first + tasksAtOnce); index += 1) {
        made.push(await insertStream(transaction, scope, storedGroup, storedStream(index), now));
      }
      return made;
    });
    await Promise.all(
      records.map((stream, place) =>
        store.logEvents.append({
          group: group.eventsKey,
          stream: stream.eventsKey,
          ingestionTime: now,
          events: Array.from({ length: eventsOfStream }, (_, event) => ({
            // All streams write at the same time: in the group their events stand in turn.
            timestamp: now - 3_600_000 + event * 150_000 + first + place,
            message: `event ${event} of stream ${first + place}, with about as much text as a line of a log has`,
          })),
        }),
      ),
    );
  }
};

/** Makes a store in a data directory and fills it; it is closed when the promise resolves. */
export const fillStore = async (dataDirectory: string, state: StoredState): Promise<void> => {
  const path = storePath(dataDirectory);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const store = await openSqliteStore({ path, clock: systemClock, logger: silentLogger });
  try {
    await storeTasks(store, state.tasks, Date.now());
    await storeLogEvents(store, state, Date.now());
  } finally {
    await store.close();
  }
};
