import { type CountedFlow, type CountedFlows, readFlowSetName } from "@fleetless/engine";
import { tryCommand } from "../../machine/run-command.ts";
import { namespacePath, vpcTable } from "../names.ts";

/** Of one flow in one set, at most 256 bytes. */
const outputLimit = 512 * 1024 * 1024;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

interface Element {
  /** The interface, then what its set is keyed by. */
  readonly key: readonly (string | number)[];
  readonly packets: number;
  readonly bytes: number;
}

const readElement = (value: unknown): Element | undefined => {
  const inner = isObject(value) && isObject(value.elem) ? value.elem : value;
  const bare: unknown = isObject(inner) && "val" in inner ? inner.val : inner;
  const parts: unknown = isObject(bare) ? bare.concat : [bare];
  if (!Array.isArray(parts)) return undefined;
  const key = parts.filter((part: unknown) => typeof part === "string" || typeof part === "number");
  const counter = isObject(inner) && isObject(inner.counter) ? inner.counter : {};
  const { packets, bytes } = counter;
  return {
    key,
    packets: typeof packets === "number" ? packets : 0,
    bytes: typeof bytes === "number" ? bytes : 0,
  };
};

/** What was counted in the generations of sets that were asked for. */
export interface FlowReading {
  readonly flows: readonly CountedFlow[];
  /** Ports of interfaces with flows that found no room. */
  readonly skippedPorts: ReadonlySet<string>;
  readonly generations: ReadonlySet<number>;
}

type Counted = CountedFlows & { readonly kind: "ports" | "protocols" | "flags" };

const flowOf = (counted: Counted, { key, packets, bytes }: Element): CountedFlow => {
  const [port, remote] = key;
  const [sourcePort, destinationPort, protocol] =
    counted.kind === "protocols" ? [0, 0, key[2]] : counted.kind === "flags" ? [key[2], key[3], 6] : key.slice(2);
  return {
    port: String(port),
    remote: String(remote),
    direction: counted.direction,
    action: counted.action,
    sourcePort: Number(sourcePort),
    destinationPort: Number(destinationPort),
    protocol: Number(protocol),
    packets,
    bytes,
    tcpFlags: counted.kind === "flags" ? counted.flag : 0,
  };
};

const keyOf = (flow: CountedFlow): string =>
  `${flow.port} ${flow.direction} ${flow.action} ${flow.protocol} ${flow.remote} ${flow.sourcePort} ${flow.destinationPort}`;

const itemsOf = (listing: string): readonly unknown[] => {
  const parsed: unknown = listing === "" ? undefined : JSON.parse(listing);
  return isObject(parsed) && Array.isArray(parsed.nftables) ? parsed.nftables : [];
};

/** Reads what `nft -j -nn list sets table` says of each family's generations that `isWanted`. */
export const parseFlowSets = (listings: readonly string[], isWanted: (generation: number) => boolean): FlowReading => {
  const items = listings.flatMap(itemsOf);
  const flows = new Map<string, CountedFlow>();
  const flagged: CountedFlow[] = [];
  const skippedPorts = new Set<string>();
  const generations = new Set<number>();
  for (const item of items) {
    const set = isObject(item) && isObject(item.set) ? item.set : {};
    const named = readFlowSetName(String(set.name));
    if (named === undefined || !isWanted(named.generation)) continue;
    const { generation, counted } = named;
    generations.add(generation);
    for (const value of Array.isArray(set.elem) ? set.elem : []) {
      const element = readElement(value);
      if (element === undefined) continue;
      if (counted.kind === "skipped") {
        skippedPorts.add(String(element.key[0]));
        continue;
      }
      const flow = flowOf(counted, element);
      if (counted.kind === "flags") {
        flagged.push(flow);
        continue;
      }
      // Where several generations are read at once.
      const known = flows.get(keyOf(flow));
      const sum = known && { packets: known.packets + flow.packets, bytes: known.bytes + flow.bytes };
      flows.set(keyOf(flow), { ...flow, ...sum });
    }
  }
  for (const flow of flagged) {
    const known = flows.get(keyOf(flow));
    if (known !== undefined) flows.set(keyOf(flow), { ...known, tcpFlags: known.tcpFlags | flow.tcpFlags });
  }
  return { flows: [...flows.values()], skippedPorts, generations };
};

/** What nft lists of a table's sets; nothing where there is no such table. */
const listSets = async (namespace: string, family: "inet" | "ip6"): Promise<string> => {
  const within = `--net=${namespacePath(namespace)}`;
  const command = ["nft", "-j", "-nn", "list", "sets", "table", family, vpcTable];
  const { exitCode, stdout, stderr } = await tryCommand("nsenter", [within, ...command], { outputLimit });
  if (exitCode === 0) return stdout;
  if (stderr.includes("No such file or directory")) return "";
  throw new Error(`The flows of ${namespace} could not be read: ${stderr.trim()}`);
};

/** What the packet filter of a VPC's namespace counted in these generations; nothing where there is none. */
export const readFlowSets = async (
  namespace: string,
  isWanted: (generation: number) => boolean,
): Promise<FlowReading> =>
  parseFlowSets(await Promise.all([listSets(namespace, "inet"), listSets(namespace, "ip6")]), isWanted);
