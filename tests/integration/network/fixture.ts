import { spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatBlock, formatIpv6, parseBlock, parseIpv6Block } from "@fleetless/engine";
import {
  type InterfaceMembership,
  type NetworkInterfaceSpec,
  networkInterfaceId,
  newEc2Id,
  newWorkloadId,
  type SecurityGroupId,
  type SecurityGroupRuleSpec,
  type SecurityGroupSpec,
  type SubnetSpec,
  securityGroupId,
  silentLogger,
  subnetId,
  systemClock,
  type VpcId,
  type VpcSpec,
  vpcId,
  type WorkloadId,
} from "@fleetless/kernel";
import { emptyVpc, openAndClosedRoutes, openAndClosedSubnets, openNetworkAcl } from "@fleetless/kernel/testing";
import { afterAll, beforeAll } from "vitest";
import { tryCommand } from "../../../packages/node-agent/src/machine/run-command.ts";
import type { AttachedInterface, TaskNetwork } from "../../../packages/node-agent/src/network/contract.ts";
import { createTaskNetwork } from "../../../packages/node-agent/src/network/task-network.ts";
import type { TaskNetworkOptions } from "../../../packages/node-agent/src/network/task-network-options.ts";
import { openSockets } from "../../../packages/node-agent/src/network/vpc-sockets.ts";

export const anywhere = { kind: "cidr", cidr: "0.0.0.0/0" } as const;
export const allTraffic: SecurityGroupRuleSpec = { protocol: "-1", peer: anywhere };
export const anywhereByIpv6 = { kind: "cidr", cidr: "::/0" } as const;
export const tcp = (port: number, peer: SecurityGroupRuleSpec["peer"] = anywhere): SecurityGroupRuleSpec => ({
  protocol: "tcp",
  fromPort: port,
  toPort: port,
  peer,
});
export const ofGroup = (group: SecurityGroupSpec): SecurityGroupRuleSpec["peer"] => ({
  kind: "group",
  groupId: group.id,
});

export const group = (
  ingress: readonly SecurityGroupRuleSpec[],
  egress: readonly SecurityGroupRuleSpec[] = [allTraffic],
): SecurityGroupSpec => ({ id: securityGroupId(newEc2Id("sg")), ingress, egress });

/** A VPC 10.0.0.0/16 with an open subnet 10.0.1.0/24 and one without internet gateway, 10.0.2.0/24. */
export const vpcWith = (securityGroups: readonly SecurityGroupSpec[], region = "us-east-1"): VpcSpec => ({
  ...emptyVpc,
  id: vpcId(newEc2Id("vpc")),
  region,
  subnets: openAndClosedSubnets,
  routeTables: openAndClosedRoutes,
  networkAcls: [openNetworkAcl],
  securityGroups,
});

/** A VPC as above, each subnet with a /64 of a block of the VPC's own; the closed one leads out by an egress-only gateway. */
export const dualStackVpcWith = (securityGroups: readonly SecurityGroupSpec[]): VpcSpec => {
  const vpc = vpcWith(securityGroups);
  const prefix = `fd${randomBytes(1).toString("hex")}:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}:`;
  const canonical = (cidr: string): string => formatBlock(parseBlock(cidr) ?? { network: 0n, prefixLength: 128 });
  return {
    ...vpc,
    ipv6Cidrs: [canonical(`${prefix}100::/56`)],
    subnets: vpc.subnets.map((subnet, index) => ({ ...subnet, ipv6Cidr: canonical(`${prefix}10${index + 1}::/64`) })),
    routeTables: vpc.routeTables.map(({ id, routes }) => ({
      id,
      routes: [
        ...routes,
        {
          destination: "::/0",
          target:
            id === "rtb-open"
              ? { kind: "internet-gateway", id: "igw-1" }
              : { kind: "egress-only-internet-gateway", id: "eigw-1" },
        },
      ],
    })),
    networkAcls: [
      {
        id: openNetworkAcl.id,
        ingress: [...openNetworkAcl.ingress, { ruleNumber: 101, action: "allow", protocol: "-1", cidr: "::/0" }],
        egress: [...openNetworkAcl.egress, { ruleNumber: 101, action: "allow", protocol: "-1", cidr: "::/0" }],
      },
    ],
  };
};

/** A dual-stack VPC as above, with `subnet-six` of IPv6 alone that leads to the internet. */
export const vpcWithIpv6OnlySubnet = (securityGroups: readonly SecurityGroupSpec[]): VpcSpec => {
  const vpc = dualStackVpcWith(securityGroups);
  const [
    { cidr: _cidr, ...open } = { id: subnetId("none"), availabilityZone: "", routeTableId: "", networkAclId: "" },
  ] = vpc.subnets;
  const block = parseIpv6Block(vpc.ipv6Cidrs[0] ?? "");
  const ipv6Cidr = formatBlock({ network: (block?.network ?? 0n) + (6n << 64n), prefixLength: 64 });
  return { ...vpc, subnets: [...vpc.subnets, { ...open, id: subnetId("subnet-six"), ipv6Cidr }] };
};

/** The address of IPv6 whose last part is that of the IPv4 one. */
const ipv6For = ({ ipv6Cidr }: SubnetSpec, privateAddress: string) => {
  const block = ipv6Cidr === undefined ? undefined : parseIpv6Block(ipv6Cidr);
  if (ipv6Cidr === undefined || block === undefined) return {};
  const last = BigInt(privateAddress.replace(/.*\./, ""));
  return { ipv6Address: formatIpv6(block.network + (0xabcn << 48n) + last), ipv6SubnetCidr: ipv6Cidr };
};

export const interfaceIn = (
  vpc: VpcSpec,
  privateAddress: string,
  groups: readonly SecurityGroupSpec[],
  publicAddress?: string,
): NetworkInterfaceSpec => {
  const subnet = vpc.subnets.find((candidate) => candidate.cidr?.startsWith(privateAddress.replace(/\d+$/, "")));
  if (subnet?.cidr === undefined) throw new Error(`no subnet for ${privateAddress}`);
  return {
    id: networkInterfaceId(newEc2Id("eni")),
    attachmentId: newEc2Id("eni-attach"),
    vpcId: vpc.id,
    subnetId: subnet.id,
    subnetCidr: subnet.cidr,
    privateAddress,
    privateDnsName: `ip-${privateAddress.replaceAll(".", "-")}.ec2.internal`,
    macAddress: `02:${[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`,
    securityGroupIds: groups.map((each): SecurityGroupId => each.id),
    ...ipv6For(subnet, privateAddress),
    ...(publicAddress === undefined ? {} : { publicAddress }),
  };
};

/** In a subnet of IPv6 alone. */
export const ipv6OnlyInterfaceIn = (
  vpc: VpcSpec,
  subnet: string,
  number: number,
  groups: readonly SecurityGroupSpec[],
): NetworkInterfaceSpec => {
  const found = vpc.subnets.find(({ id }) => id === subnet);
  if (found?.ipv6Cidr === undefined || found.cidr !== undefined) throw new Error(`${subnet} is not of IPv6 alone`);
  return {
    id: networkInterfaceId(newEc2Id("eni")),
    attachmentId: newEc2Id("eni-attach"),
    vpcId: vpc.id,
    subnetId: found.id,
    macAddress: `02:${[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`,
    securityGroupIds: groups.map((each): SecurityGroupId => each.id),
    ...ipv6For(found, `0.${number}`),
  };
};

export const membershipOf = (spec: NetworkInterfaceSpec): InterfaceMembership => ({
  id: spec.id,
  ...(spec.privateAddress === undefined ? {} : { privateAddress: spec.privateAddress }),
  ...(spec.ipv6Address === undefined ? {} : { ipv6Address: spec.ipv6Address }),
  macAddress: spec.macAddress,
  subnetId: spec.subnetId,
  securityGroupIds: spec.securityGroupIds,
  ...(spec.publicAddress === undefined ? {} : { publicAddress: spec.publicAddress }),
});

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
