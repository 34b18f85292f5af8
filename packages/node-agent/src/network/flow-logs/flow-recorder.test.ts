import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type FlowLogSpec,
  type FlowRecordDelivery,
  ManualClock,
  networkInterfaceId,
  newWorkloadId,
  silentLogger,
  subnetId,
} from "@fleetless/kernel";
import { emptyVpc, sampleWorkload } from "@fleetless/kernel/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Quiet } from "../../machine/quiet.ts";
import { FlowLogs } from "./flow-logs.ts";
import type { FlowRecorder } from "./flow-recorder.ts";

let directory: string;
let clock: ManualClock;
let flowLogs: FlowLogs;
let delivered: FlowRecordDelivery[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fleetless-flow-recorder-"));
  clock = new ManualClock();
  delivered = [];
  flowLogs = new FlowLogs({
    path: join(directory, "flows.sqlite"),
    deliver: async (delivery) => {
      delivered.push(delivery);
      return { ok: true, value: undefined };
    },
    clock,
    logger: silentLogger,
  });
});

afterEach(async () => {
  await flowLogs.close();
  rmSync(directory, { recursive: true, force: true });
});

const record = {
  workloadId: newWorkloadId(),
  networkInterface: {
    ...sampleWorkload().networkInterface,
    id: networkInterfaceId("eni-1"),
    subnetId: subnetId("subnet-1"),
  },
  namespace: "none",
  port: "port-1",
  attached: true,
};

const log = (id: string): FlowLogSpec => ({
  id,
  resourceId: emptyVpc.id,
  traffic: "ALL",
  aggregationSeconds: 60,
  format: "",
});

const knowing = (...ids: readonly string[]) => ({ ...emptyVpc, flowLogs: ids.map(log) });

const tellers = (): ReadonlySet<string> => new Set(delivered.map(({ flowLogId }) => flowLogId));

/** The recorder asks the kernel by commands, which take true time. */
const pass = async (): Promise<void> => {
  clock.advance(1000);
  await new Promise((wake) => setTimeout(wake, 5));
};

/** Lets time pass until what is waited for is there, for ten minutes at most. */
const untilTold = async (id: string): Promise<boolean> => {
  for (let seconds = 0; seconds < 600; seconds += 1) {
    if (tellers().has(id)) return true;
    await pass();
  }
  return false;
};

const following = (enforce: () => Promise<void>): FlowRecorder =>
  flowLogs.recorder({
    vpcId: emptyVpc.id,
    namespace: "fl-test-no-such-namespace",
    enforce,
    quiet: new Quiet({ calmMilliseconds: 0 }),
    clock,
    logger: silentLogger,
  });

it("begins a flow log whose first reading failed as soon as it can, and one that is deleted meanwhile never", async () => {
  let fails = false;
  const recorder = following(async () => {
    if (fails) throw new Error("the packet filter is busy");
  });
  await recorder.adopt();
  recorder.start();
  await recorder.follow(knowing("fl-first"), [record]);
  fails = true;
  await recorder.follow(knowing("fl-first", "fl-second", "fl-third"), [record]);
  await recorder.follow(knowing("fl-first", "fl-second"), [record]);
  fails = false;
  expect(await untilTold("fl-second")).toBe(true);
  expect(tellers()).toEqual(new Set(["fl-first", "fl-second"]));
  let closed = false;
  void recorder.close({ remove: false }).then(() => {
    closed = true;
  });
  while (!closed) await pass();
}, 30_000);
