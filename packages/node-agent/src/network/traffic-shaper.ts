import type { Bandwidth } from "@fleetless/kernel";
import { runCommand, tryCommand } from "../machine/run-command.ts";
import type { InterfaceRecord } from "./interface-records.ts";
import { portPrefix } from "./names.ts";

/** A port's traffic from the task passes this device, in which it can wait. It begins as ports do, so that it goes with them. */
export const shapingDevice = (port: string): string => `${portPrefix}x${port.slice(portPrefix.length)}`;

/** What may pass at once after a rest: as much as the rate gives in 10 ms, and one segmented packet at least. */
const burstBytes = (bitsPerSecond: number): number => Math.max(128 * 1024, Math.ceil(bitsPerSecond / 8 / 100));
/** How long a packet may wait. */
const latencyMilliseconds = 100;

const bucket = (device: string, bitsPerSecond: number): string =>
  `qdisc replace dev ${device} root tbf rate ${bitsPerSecond}bit burst ${burstBytes(bitsPerSecond)}b latency ${latencyMilliseconds}ms`;

/** Lines for `tc -force -batch`; the first of each pair may fail where there is nothing to be removed. */
const shapingLines = (port: string, { ingress, egress }: Bandwidth): readonly string[] => {
  const device = shapingDevice(port);
  return [
    ...(ingress === undefined ? [`qdisc del dev ${port} root`] : [bucket(port, ingress)]),
    `qdisc del dev ${port} ingress`,
    ...(egress === undefined
      ? []
      : [
          bucket(device, egress),
          `qdisc add dev ${port} ingress`,
          `filter add dev ${port} parent ffff: protocol all pref 1 u32 match u32 0 0 action mirred egress redirect dev ${device}`,
        ]),
  ];
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const listed = async (namespace: string, ...what: readonly string[]): Promise<readonly object[]> => {
  const { stdout } = await runCommand("tc", ["-n", namespace, "-j", ...what], { outputLimit: 64 * 1024 * 1024 });
  const parsed: unknown = JSON.parse(stdout.trim() || "[]");
  return Array.isArray(parsed) ? parsed.filter(isObject) : [];
};

const rateOf = (qdiscs: readonly object[], device: string): number | undefined => {
  const root = qdiscs.filter(isObject).find(({ dev, kind }) => dev === device && kind === "tbf");
  const rate = isObject(root?.options) ? root.options.rate : undefined;
  return typeof rate === "number" ? rate * 8 : undefined;
};

/** tc keeps rates as whole bytes a second. */
const isRate = (found: number | undefined, wanted: number | undefined): boolean =>
  found === undefined || wanted === undefined ? found === wanted : Math.abs(found - wanted) <= 8;

/**
 * Holds the traffic of tasks to their bandwidth, on their ports in a VPC's namespace, where the task cannot get at it:
 * a token bucket for what it receives, and another one behind the port for what it sends.
 */
export class TrafficShaper {
  readonly #namespace: string;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** May be repeated. Nothing is run for an interface without a bandwidth. */
  async shape({ port, networkInterface: { bandwidth } }: InterfaceRecord): Promise<void> {
    if (bandwidth === undefined) return;
    const device = shapingDevice(port);
    if (bandwidth.egress !== undefined) {
      await tryCommand("ip", ["-n", this.#namespace, "link", "add", device, "type", "ifb"]);
      await runCommand("ip", ["-n", this.#namespace, "link", "set", device, "up"]);
    }
    const input = shapingLines(port, bandwidth).map((line) => `${line}\n`);
    const { stderr } = await tryCommand("tc", ["-n", this.#namespace, "-force", "-batch", "-"], {
      input: input.join(""),
    });
    if (await this.#isShaped(await this.#qdiscs(), port, bandwidth)) return;
    throw new Error(`The bandwidth of an interface could not be set: ${stderr.trim()}`);
  }

  /** Shapes anew what somebody changed; answers whether anything was. */
  async mend(records: readonly InterfaceRecord[]): Promise<boolean> {
    const shaped = records.filter(({ networkInterface }) => networkInterface.bandwidth !== undefined);
    if (shaped.length === 0) return false;
    const qdiscs = await this.#qdiscs();
    let mended = false;
    for (const record of shaped) {
      const { bandwidth } = record.networkInterface;
      if (bandwidth === undefined || (await this.#isShaped(qdiscs, record.port, bandwidth))) continue;
      await this.shape(record);
      mended = true;
    }
    return mended;
  }

  /** What is left of it once its port is gone. */
  devicesOf({ port, networkInterface }: InterfaceRecord): readonly string[] {
    return networkInterface.bandwidth?.egress === undefined ? [] : [shapingDevice(port)];
  }

  #qdiscs(): Promise<readonly object[]> {
    return listed(this.#namespace, "qdisc", "show");
  }

  async #isShaped(qdiscs: readonly object[], port: string, { ingress, egress }: Bandwidth): Promise<boolean> {
    if (!isRate(rateOf(qdiscs, port), ingress)) return false;
    if (egress === undefined) return true;
    const device = shapingDevice(port);
    if (!isRate(rateOf(qdiscs, device), egress)) return false;
    const filters = await listed(this.#namespace, "filter", "show", "dev", port, "ingress");
    return JSON.stringify(filters).includes(`"to_dev":"${device}"`);
  }
}
