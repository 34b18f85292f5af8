import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { HostedZoneUpdate } from "@fleetless/kernel";
import { decode, encode } from "dns-packet";
import { table } from "../packages/cli/src/output.ts";
import {
  type AttachedTask,
  allTraffic,
  group,
  interfaceIn,
  NetworkFixture,
  vpcWith,
} from "../tests/integration/network/fixture.ts";

/**
 * Queries per second that one task gets answered by its VPC's resolver: from the task's own network namespace, through
 * the VPC's packet filter. Beside it dnsmasq in a neighbouring task, where it is on this machine (or DNSMASQ says where).
 * A task's allowance is EC2's 1,024 packets a second unless --link-local-packets-per-second says otherwise: the first
 * row is measured with it, the others without, since they are of the resolver and not of the allowance.
 */
const seconds = 3;
const outstanding = 128;
const rounds = 3;
const goal = 20_000;
const unlimited = 4_000_000;
const load = fileURLToPath(new URL("dns/load.ts", import.meta.url));
const dnsmasq = [process.env.DNSMASQ ?? "", "/usr/sbin/dnsmasq"].find((path) => path !== "" && existsSync(path));

interface Figures {
  readonly perSecond: number;
  readonly wrong: number;
  readonly lost: number;
  /** Milliseconds. */
  readonly median: number;
  readonly worst: number;
}

const hosts = Array.from({ length: 100 }, (_, index) => ({
  name: `host-${index}.corp.test`,
  address: `10.9.0.${index}`,
}));
const open = group([allTraffic]);
const vpc = vpcWith([open]);

const zone: HostedZoneUpdate = {
  cursor: "1",
  complete: true,
  zones: [{ id: "Z1", name: "corp.test.", vpcIds: [vpc.id] }],
  removedZones: [],
  names: [
    ...hosts.map(({ name, address }) => ({
      zoneId: "Z1",
      name: `${name}.`,
      recordSets: [
        {
          name: `${name}.`,
          type: "A",
          routing: { kind: "simple" } as const,
          target: { kind: "records", timeToLive: 60, values: [address] } as const,
        },
      ],
    })),
    {
      zoneId: "Z1",
      name: "many.corp.test.",
      recordSets: hosts.map(({ address }) => ({
        name: "many.corp.test.",
        type: "A",
        routing: { kind: "multivalue" } as const,
        target: { kind: "records", timeToLive: 60, values: [address] } as const,
      })),
    },
  ],
  health: [],
  removedHealth: [],
  changes: [],
};

/** A resolver behind the VPC's, which knows every name. */
const upstream = createSocket("udp4");
await new Promise<void>((resolve) => upstream.bind(0, "127.0.0.1", resolve));
upstream.on("message", (query, from) => {
  const { id, questions = [] } = decode(query);
  const answers = questions.map(({ name }) => ({ name, type: "A" as const, ttl: 300, data: "192.0.2.1" }));
  upstream.send(encode({ type: "response", id: id ?? 0, flags: 0x180, questions, answers }), from.port, from.address);
});

const measure = async (task: AttachedTask, server: string, names: readonly string[]): Promise<Figures> => {
  const inside = [`--net=${task.attached.networkNamespacePath}`, process.execPath, load];
  const args = [server, "53", String(seconds), String(outstanding), ...names];
  const { stdout } = await promisify(execFile)("nsenter", [...inside, ...args]);
  return JSON.parse(stdout);
};

const best = async (run: () => Promise<Figures>): Promise<Figures> => {
  const all: Figures[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await run());
  const [middle] = all.toSorted((one, other) => one.perSecond - other.perSecond).slice(Math.floor(rounds / 2));
  if (middle === undefined) throw new Error("nothing was measured");
  if (middle.wrong > 0) throw new Error(`${middle.wrong} answers were not what was asked for`);
  return middle;
};

const withFixture = async <Value>(
  packets: number | undefined,
  work: (task: AttachedTask, fixture: NetworkFixture) => Promise<Value>,
): Promise<Value> => {
  const fixture = new NetworkFixture();
  try {
    await fixture.open({
      linkLocalPacketsPerSecond: packets,
      upstreams: [{ address: "127.0.0.1", port: upstream.address().port }],
    });
    await fixture.network.apply([vpc]);
    fixture.network.applyHostedZones(zone);
    return await work(await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open])), fixture);
  } finally {
    await fixture.dispose();
  }
};

const neighbour = async (program: string, task: AttachedTask, fixture: NetworkFixture): Promise<Figures> => {
  const other = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  const records = hosts.map(({ name, address }) => `--host-record=${name},${address}`);
  const options = [
    "--keep-in-foreground",
    "--no-resolv",
    "--no-hosts",
    "--conf-file=/dev/null",
    "--user=root",
    "--pid-file=",
  ];
  const inside = [`--net=${other.attached.networkNamespacePath}`, program, ...options, ...records];
  const server = spawn("nsenter", inside, { stdio: ["ignore", "ignore", "inherit"] });
  try {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return await best(() =>
      measure(
        task,
        "10.0.1.11",
        hosts.map(({ name }) => name),
      ),
    );
  } finally {
    server.kill("SIGKILL");
  }
};

const names = hosts.map(({ name }) => name);
const limited = await withFixture(undefined, (task) => measure(task, "10.0.0.2", names));
const figures = await withFixture(unlimited, async (task, fixture) => ({
  zone: await best(() => measure(task, "10.0.0.2", names)),
  linkLocal: await best(() => measure(task, "169.254.169.253", names)),
  own: await best(() =>
    measure(
      task,
      "10.0.0.2",
      hosts.map((_, index) => `ip-10-0-1-${index}.ec2.internal`),
    ),
  ),
  many: await best(() => measure(task, "10.0.0.2", ["many.corp.test"])),
  forwarded: await best(() =>
    measure(
      task,
      "10.0.0.2",
      hosts.map((_, index) => `host-${index}.outside.test`),
    ),
  ),
  known: dnsmasq === undefined ? undefined : await neighbour(dnsmasq, task, fixture),
}));
upstream.close();

const row = (name: string, { perSecond, median, worst, lost }: Figures): readonly string[] => [
  name,
  perSecond.toFixed(0),
  `${median.toFixed(2)} ms`,
  `${worst.toFixed(2)} ms`,
  String(lost),
  `${(perSecond / goal).toFixed(2)} ×`,
  figures.known === undefined ? "" : `${(perSecond / figures.known.perSecond).toFixed(2)} ×`,
];
process.stdout.write(
  `${table([
    ["one task's queries", "per second", "median", "99th", "lost", `beside ${goal}`, "beside dnsmasq"],
    row("with EC2's allowance (the default)", limited),
    row("hosted zone, at +2", figures.zone),
    row("hosted zone, at 169.254.169.253", figures.linkLocal),
    row("the VPC's own names", figures.own),
    row("100 multivalue records, 8 answered", figures.many),
    row("forwarded, from the cache", figures.forwarded),
    ...(figures.known === undefined ? [] : [row("dnsmasq in a neighbouring task", figures.known)]),
  ])}\n`,
);
