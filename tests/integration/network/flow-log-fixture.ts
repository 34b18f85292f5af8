import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { defaultFlowLogFormat } from "@fleetless/engine";
import type { FlowLogSpec, FlowRecord, FlowRecordDelivery, VpcSpec } from "@fleetless/kernel";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { networkNames } from "../../../packages/node-agent/src/network/names.ts";
import {
  type AttachedTask,
  allTraffic,
  anywhereByIpv6,
  execute,
  group,
  interfaceIn,
  NetworkFixture,
  vpcWith,
} from "./fixture.ts";

export const flowLog = (vpc: VpcSpec, rest: Partial<FlowLogSpec> = {}): FlowLogSpec => ({
  id: "fl-1",
  resourceId: vpc.id,
  traffic: "ALL",
  aggregationSeconds: 600,
  format: defaultFlowLogFormat,
  ...rest,
});

/** Sends so many datagrams of `size` bytes from one port of the task's to each of the ports; what cannot be sent fails it. */
const datagrams = `
const [address, first, last, count, size] = process.argv.slice(1);
const socket = require("node:dgram").createSocket(address.includes(":") ? "udp6" : "udp4");
socket.bind(5000, async () => {
  for (let port = Number(first); port <= Number(last); port++) {
    for (let n = 0; n < Number(count); n++) {
      await new Promise((resolve, reject) =>
        socket.send(Buffer.alloc(Number(size)), port, address, (error) => (error ? reject(error) : resolve())));
    }
  }
  socket.close();
});
`;
export const send = async (
  task: AttachedTask,
  address: string,
  [first, last]: readonly [number, number],
  count: number,
  size = 100,
): Promise<void> => {
  const command = [process.execPath, "-e", datagrams, address, ...[first, last, count, size].map(String)];
  const { exitCode, stderr } = await execute(task, command);
  expect([exitCode, stderr]).toEqual([0, ""]);
};

/** As above to port 8 from a port of its own, below the allowance of new connections, until its input ends. */
const steadyDatagrams = `
const [address] = process.argv.slice(1);
const socket = require("node:dgram").createSocket({
  type: address.includes(":") ? "udp6" : "udp4",
  ipv6Only: address.includes(":"),
});
let stopped = false;
let sent = 0;
process.stdin.on("end", () => { stopped = true; }).resume();
socket.bind(6000, async () => {
  while (!stopped) {
    await new Promise((resolve, reject) =>
      socket.send(Buffer.alloc(100), 8, address, (error) => (error ? reject(error) : resolve())));
    sent += 1;
    if (sent === 1) console.log("begun");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  socket.close();
  console.log(sent);
});
`;

/** Sends without a pause until it is stopped, which answers how many datagrams were sent. */
export class SteadySender {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly begun: Promise<void>;
  #output = "";

  constructor(task: AttachedTask, address: string) {
    const within = `--net=${task.attached.networkNamespacePath}`;
    const child = spawn("nsenter", [within, process.execPath, "-e", steadyDatagrams, address], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    this.#closed = new Promise((resolve) => child.on("close", resolve));
    this.begun = new Promise((resolve, reject) => {
      child.on("close", () => reject(new Error(`nothing was sent to ${address}`)));
      child.stdout.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
        resolve();
      });
    });
  }

  async stop(): Promise<number> {
    this.#child.stdin?.end();
    await this.#closed;
    expect(this.#child.exitCode).toBe(0);
    return Number(this.#output.trim().split("\n").at(-1));
  }
}

/** A data plane whose flow records are gathered here. */
export class FlowLogFixture {
  readonly network = new NetworkFixture();
  readonly deliveries: FlowRecordDelivery[] = [];

  async open(options: { readonly auditMilliseconds?: number } = {}): Promise<void> {
    await this.network.open({
      ...options,
      deliverFlowRecords: async (delivery) => {
        this.deliveries.push(delivery);
        return { ok: true, value: undefined };
      },
    });
  }

  deliveriesOf(task: AttachedTask, flowLogId = "fl-1"): readonly FlowRecordDelivery[] {
    return this.deliveries.filter((each) => each.networkInterfaceId === task.spec.id && each.flowLogId === flowLogId);
  }

  flowsOf(task: AttachedTask, flowLogId?: string): readonly FlowRecord[] {
    return this.deliveriesOf(task, flowLogId).flatMap(({ flows }) => flows);
  }

  /** Packets and bytes that were told of datagrams to the ports from 7 to 9 of an address, or of any. */
  sumOf(task: AttachedTask, flowLogId?: string, address?: string): readonly [packets: number, bytes: number] {
    const flows = this.flowsOf(task, flowLogId).filter(
      ({ protocol, destinationAddress, destinationPort }) =>
        protocol === 17 &&
        destinationPort >= 7 &&
        destinationPort <= 9 &&
        (address === undefined || destinationAddress === address),
    );
    return [flows.reduce((sum, { packets }) => sum + packets, 0), flows.reduce((sum, { bytes }) => sum + bytes, 0)];
  }

  /** Until every task that is named has told something. */
  async told(...tasks: readonly AttachedTask[]): Promise<void> {
    await expect
      .poll(() => tasks.every(({ spec }) => this.deliveries.some((each) => each.networkInterfaceId === spec.id)), {
        timeout: 30_000,
      })
      .toBe(true);
  }

  /** Takes tasks away, and waits until they have told something. */
  async gone(...tasks: readonly AttachedTask[]): Promise<void> {
    for (const { workloadId } of tasks) await this.network.network.detach(workloadId);
    await this.told(...tasks);
  }

  /** Two tasks, in the first subnet and in the second, whose group lets everything pass. */
  async pair(flowLogs: (vpc: VpcSpec) => readonly FlowLogSpec[], make = vpcWith) {
    const everything = [allTraffic, { ...allTraffic, peer: anywhereByIpv6 }];
    const open = group(everything, everything);
    const bare = make([open]);
    const vpc = { ...bare, flowLogs: flowLogs(bare) };
    const { network } = this;
    await network.network.apply([vpc]);
    const client = await network.attach(interfaceIn(vpc, "10.0.1.10", [open]));
    const server = await network.attach(interfaceIn(vpc, "10.0.2.10", [open]));
    const apply = (next: Partial<VpcSpec>) => network.network.apply([{ ...vpc, ...next }]);
    return { vpc, open, client, server, apply };
  }

  /** Runs nft in the VPC's namespace. */
  nft(vpc: VpcSpec, parameters: readonly string[], script?: string) {
    const namespace = networkNames(this.network.instance).vpcNamespace(vpc.id);
    return execute(undefined, [`--net=/run/netns/${namespace}`, "nft", ...parameters], script);
  }
}

/** Open from before the first test of the file that calls this to after its last; each begins without records. */
export const useFlowLogs = (options: { readonly auditMilliseconds?: number } = {}): FlowLogFixture => {
  const fixture = new FlowLogFixture();
  beforeAll(() => fixture.open(options));
  beforeEach(() => {
    fixture.deliveries.length = 0;
  });
  afterAll(() => fixture.network.dispose());
  return fixture;
};
