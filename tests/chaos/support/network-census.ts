import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { NetworkInterface } from "@aws-sdk/client-ec2";
import type { Belongings } from "./belongings.ts";

const execute = promisify(execFile);
const maximumOutputBytes = 64 * 1024 * 1024;

const output = async (program: string, ...parameters: readonly string[]): Promise<string> =>
  (await execute(program, [...parameters], { maxBuffer: maximumOutputBytes })).stdout;

/** What an instance's agent notes of one task's interface. */
export interface InterfaceFile {
  readonly workloadId: string;
  readonly namespace: string;
  readonly port: string;
  readonly networkInterface: { readonly privateAddress: string; readonly publicAddress?: string };
}

export const interfaceFiles = ({ interfaces }: Belongings): InterfaceFile[] =>
  readdirSync(interfaces)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(interfaces, name), "utf8")));

/** Where the kernel knows an interface or an address of a task, and which. */
interface Trace {
  readonly place: string;
  readonly name: string;
}

/** An end of a task's interface in its VPC, a private address of the default VPC, a public address of an instance. */
const names = /\bt[0-9a-f]{12}\b|\b172\.31\.\d+\.\d+\b(?!\/(?!32))|\b198\.1[89]\.\d+\.\d+\b(?!\/(?!32))/g;

const tracesIn = (place: string, text: string): Trace[] => [...text.matchAll(names)].map(([name]) => ({ place, name }));

interface FilterEntry {
  readonly set?: { readonly name: string; readonly flags?: readonly string[] };
  readonly map?: { readonly name: string };
  readonly rule?: { readonly chain: string };
}

/** Every set element, map element and rule of a packet filter but what packets themselves put into sets. */
const blocks = /"prefix":\{"addr":"[^"]+","len":\d+\}/g;

const filterTraces = (listing: string): Trace[] =>
  (JSON.parse(listing) as { readonly nftables: readonly FilterEntry[] }).nftables.flatMap((entry) => {
    if ([entry.set?.flags ?? []].flat().includes("dynamic")) return [];
    const { set, map, rule } = entry;
    const place =
      set !== undefined ? `set ${set.name}` : map !== undefined ? `map ${map.name}` : `chain ${rule?.chain}`;
    return tracesIn(place, JSON.stringify(entry).replace(blocks, ""));
  });

/** All that the kernel has of tasks' interfaces in the VPCs of an instance, and in the machine's own namespace. */
const networkTraces = async ({ vpcNamespacePrefix }: Belongings): Promise<Trace[]> => {
  const namespaces = readdirSync("/run/netns").filter((name) => name.startsWith(vpcNamespacePrefix));
  const inside = await Promise.all(
    namespaces.map(async (name) => {
      const within = (...command: readonly string[]): Promise<string> =>
        output("nsenter", `--net=/run/netns/${name}`, ...command);
      const [filter, routes, neighbours, own] = await Promise.all([
        within("nft", "-j", "list", "ruleset"),
        within("ip", "-4", "-o", "route", "show", "table", "main"),
        within("ip", "-4", "-o", "neigh", "show", "nud", "permanent"),
        within("ip", "-4", "-o", "addr", "show"),
      ]);
      const routers = new Set(tracesIn("", own.replaceAll("/32", "")).map(({ name: address }) => address));
      return [...filterTraces(filter), ...tracesIn("route", routes), ...tracesIn("neighbour", neighbours)].filter(
        ({ name: traced }) => !routers.has(traced),
      );
    }),
  );
  const uplinks = (await output("ip", "-o", "link"))
    .split("\n")
    .flatMap((line) => /^\d+: (flu[0-9a-f]+)[@:]/.exec(line)?.[1] ?? []);
  const prefix = vpcNamespacePrefix.slice("fl-".length, -"-vpc-".length);
  const outside = await Promise.all(
    uplinks
      .filter((name) => name.startsWith(`flu${prefix}`))
      .map(async (name) =>
        tracesIn("route of the machine", await output("ip", "-4", "-o", "route", "show", "dev", name)),
      ),
  );
  return [...inside.flat(), ...outside.flat()];
};

const addressesOf = ({ networkInterface: { privateAddress, publicAddress } }: InterfaceFile): string[] => [
  privateAddress,
  ...(publicAddress === undefined ? [] : [publicAddress]),
];

/** Where every task's interface must be found: what lets packets of it in, and where packets for it go. */
const required = ({ port, networkInterface }: InterfaceFile): Trace[] => {
  const { privateAddress, publicAddress } = networkInterface;
  return [
    { place: "set bindings", name: port },
    { place: "set bindings", name: privateAddress },
    { place: "map ingress-by-interface", name: port },
    { place: "map egress-by-interface", name: port },
    { place: "route", name: privateAddress },
    ...(publicAddress === undefined ? [] : [{ place: "route of the machine", name: publicAddress }]),
  ];
};

/** Rules and addresses of tasks that do not run, and what tasks that do run lack of theirs; in the kernel and in EC2. */
export const networkDiscrepancies = async (
  belongings: Belongings,
  running: ReadonlySet<string>,
  described: readonly NetworkInterface[],
): Promise<string[]> => {
  const live = interfaceFiles(belongings).filter(({ workloadId }) => running.has(workloadId));
  const traces = await networkTraces(belongings);
  const known = new Set(live.flatMap((file) => [file.port, ...addressesOf(file)]));
  const found = new Set(traces.map(({ place, name }) => `${place}: ${name}`));
  const inEc2 = described
    .flatMap(({ PrivateIpAddress, Association }) => [PrivateIpAddress, Association?.PublicIp ?? []])
    .flat();
  const wanted = live.flatMap(addressesOf);
  return [
    ...traces
      .filter(({ name }) => !known.has(name))
      .map(({ place, name }) => `${place}: ${name} is of no running task`),
    ...live
      .flatMap(required)
      .filter(({ place, name }) => !found.has(`${place}: ${name}`))
      .map(({ place, name }) => `${place}: ${name} of a running task is not there`),
    ...inEc2
      .filter((address) => !wanted.includes(address ?? ""))
      .map((address) => `EC2: ${address} is of no running task`),
    ...wanted
      .filter((address) => !inEc2.includes(address))
      .map((address) => `EC2: ${address} of a running task is not there`),
    ...(described.length === live.length ? [] : [`EC2: ${described.length} interfaces for ${live.length} tasks`]),
  ];
};
