import { spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type NetworkInterfaceSpec,
  newWorkloadId,
  silentLogger,
  systemClock,
  type VpcId,
  type WorkloadId,
} from "@fleetless/kernel";
import { afterAll, beforeAll } from "vitest";
import { tryCommand } from "../../../packages/node-agent/src/machine/run-command.ts";
import type { AttachedInterface, TaskNetwork } from "../../../packages/node-agent/src/network/contract.ts";
import { createTaskNetwork } from "../../../packages/node-agent/src/network/task-network.ts";
import type { TaskNetworkOptions } from "../../../packages/node-agent/src/network/task-network-options.ts";
import { openSockets } from "../../../packages/node-agent/src/network/vpc-sockets.ts";

export * from "./specifications.ts";

export interface AttachedTask {
  readonly workloadId: WorkloadId;
  readonly spec: NetworkInterfaceSpec;
  readonly attached: AttachedInterface;
  /** Empty where it has none, as the other one. */
  readonly address: string;
  readonly ipv6Address: string;
}

/** One instance's data plane with state of its own, on the real kernel. */
export class NetworkFixture {
  readonly instance = `test-${randomBytes(6).toString("hex")}`;
  /** Of a block that no instance takes by itself. */
  readonly publicPrefix = `100.${64 + randomInt(64)}.${randomInt(256)}`;
  readonly connections: { readonly kind: "api" | "metadata"; readonly vpcId: VpcId; readonly socket: Socket }[] = [];
  #options: Partial<TaskNetworkOptions> = {};
  #directory = "";
  #network: TaskNetwork | undefined;
  readonly #servers: Server[] = [];
  onMetadata: (socket: Socket, vpcId: VpcId) => void = (socket) => socket.end("metadata\n");

  get network(): TaskNetwork {
    if (this.#network === undefined) throw new Error("not open");
    return this.#network;
  }

  get directory(): string {
    return this.#directory;
  }

  async open(options: Partial<TaskNetworkOptions> = {}): Promise<this> {
    this.#options = { ...this.#options, ...options };
    if (this.#directory === "") this.#directory = await mkdtemp(join(tmpdir(), "fleetless-network-"));
    this.#network = await createTaskNetwork({
      instance: this.instance,
      dataDirectory: this.#directory,
      publicCidr: `${this.publicPrefix}.0/24`,
      apiPort: 4566,
      onApiConnection: (socket, connection) => {
        this.connections.push({ kind: "api", vpcId: connection.vpcId, socket });
        socket.end("api\n");
      },
      onMetadataConnection: (socket, id) => {
        this.connections.push({ kind: "metadata", vpcId: id, socket });
        this.onMetadata(socket, id);
      },
      clock: systemClock,
      logger: silentLogger,
      upstreams: [],
      externalInterfaces: [],
      poolSize: 2,
      ...this.#options,
    });
    return this;
  }

  /** As if the process had died: nothing is taken down but what dies with it. */
  async restart(): Promise<void> {
    await this.network.close({ purge: false });
    await this.open();
  }

  async attach(spec: NetworkInterfaceSpec, workloadId = newWorkloadId()): Promise<AttachedTask> {
    const attached = await this.network.attach(workloadId, spec, new AbortController().signal);
    return { workloadId, spec, attached, address: spec.privateAddress ?? "", ipv6Address: spec.ipv6Address ?? "" };
  }

  /** A server inside the task that answers each connection with the address it comes from. */
  async serve(task: AttachedTask, port: number): Promise<void> {
    const [opened] = await openSockets(task.attached.networkNamespacePath.replace(/.*\//, ""), [
      { protocol: "tcp", address: task.ipv6Address === "" ? "0.0.0.0" : "::", port },
    ]);
    if (!(opened?.socket instanceof Server)) throw new Error("no server");
    opened.socket.on("connection", (socket: Socket) => {
      socket.on("error", () => undefined);
      socket.write(`from ${socket.remoteAddress}\n`);
      socket.pipe(socket);
    });
    this.#servers.push(opened.socket);
  }

  async dispose(): Promise<void> {
    for (const server of this.#servers) server.close();
    for (const { socket } of this.connections) socket.destroy();
    await this.#network?.close({ purge: true });
    await rm(this.#directory, { recursive: true, force: true });
  }
}

const within = (task: AttachedTask | undefined): readonly string[] =>
  task === undefined ? [] : [`--net=${task.attached.networkNamespacePath}`];

/** Runs a command in the task's namespace, or on the machine itself. */
export const execute = (task: AttachedTask | undefined, command: readonly string[], input?: string) =>
  tryCommand("nsenter", [...within(task), ...command], input === undefined ? {} : { input });

/** What a server at the address says first, or undefined where no connection comes about within a second. */
export const reach = async (
  task: AttachedTask | undefined,
  address: string,
  port: number,
): Promise<string | undefined> => {
  const { exitCode, stdout } = await execute(task, ["busybox", "nc", "-w", "1", address, String(port)], "");
  return exitCode === 0 ? stdout.trim() : undefined;
};

export interface OpenConnection {
  /** Sends a line and answers what comes back first, or undefined within a second. */
  say(line: string): Promise<string | undefined>;
  close(): void;
}

/** A connection that stays open while a test changes rules. */
export const connectFrom = async (
  task: AttachedTask | undefined,
  address: string,
  port: number,
): Promise<OpenConnection> => {
  const child = spawn("nsenter", [...within(task), "busybox", "nc", address, String(port)], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    for (const line of chunk.toString().split("\n").filter(Boolean)) {
      const take = waiting.shift();
      if (take === undefined) lines.push(line);
      else take(line);
    }
  });
  const next = (): Promise<string | undefined> =>
    new Promise((resolve) => {
      const line = lines.shift();
      if (line !== undefined) return resolve(line);
      const timer = setTimeout(() => resolve(undefined), 1000);
      waiting.push((received) => {
        clearTimeout(timer);
        resolve(received);
      });
    });
  if ((await next()) === undefined) throw new Error(`no connection to ${address}:${port}`);
  return {
    say: (line) => {
      child.stdin.write(`${line}\n`);
      return next();
    },
    close: () => child.kill("SIGKILL"),
  };
};

/** Open from before the first test of the file that calls this to after its last. */
export const useNetwork = (): NetworkFixture => {
  const fixture = new NetworkFixture();
  beforeAll(() => fixture.open());
  afterAll(() => fixture.dispose());
  return fixture;
};

export const pings = async (task: AttachedTask, address: string): Promise<boolean> =>
  (await execute(task, ["busybox", "ping", "-c", "1", "-W", "1", address])).exitCode === 0;
