import { runCommand } from "../machine/run-command.ts";
import type { InterfaceUsage } from "./contract.ts";

const freshMilliseconds = 500;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const counter = (value: unknown, side: string, name: string): number => {
  const counters = isRecord(value) ? value[side] : undefined;
  const number = isRecord(counters) ? counters[name] : undefined;
  return typeof number === "number" ? number : 0;
};

/** Seen from the task: what its port in the VPC's namespace sent, it received. */
const usageOf = (statistics: unknown): InterfaceUsage => ({
  receivedBytes: counter(statistics, "tx", "bytes"),
  receivedPackets: counter(statistics, "tx", "packets"),
  receivedErrors: counter(statistics, "tx", "errors"),
  receivedDropped: counter(statistics, "tx", "dropped"),
  sentBytes: counter(statistics, "rx", "bytes"),
  sentPackets: counter(statistics, "rx", "packets"),
  sentErrors: counter(statistics, "rx", "errors"),
  sentDropped: counter(statistics, "rx", "dropped"),
});

/** The kernel's counters of all ports of a VPC, read at most twice a second however many ask. */
export class PortCounters {
  readonly #namespace: string;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<ReadonlyMap<string, InterfaceUsage>> | undefined;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  async usage(port: string): Promise<InterfaceUsage> {
    const now = performance.now();
    if (this.#reading === undefined || now - this.#readAt > freshMilliseconds) {
      this.#readAt = now;
      this.#reading = this.#read();
      this.#reading.catch(() => {
        this.#reading = undefined;
      });
    }
    const usage = (await this.#reading).get(port);
    if (usage === undefined) throw new Error(`The interface ${port} is not in ${this.#namespace}`);
    return usage;
  }

  async #read(): Promise<ReadonlyMap<string, InterfaceUsage>> {
    const { stdout } = await runCommand("ip", ["-n", this.#namespace, "-s", "-j", "link", "show"], {
      outputLimit: 64 * 1024 * 1024,
    });
    const links: unknown = JSON.parse(stdout);
    if (!Array.isArray(links)) return new Map();
    return new Map(
      links.flatMap((link: unknown) =>
        isRecord(link) && typeof link.ifname === "string" ? [[link.ifname, usageOf(link.stats64)] as const] : [],
      ),
    );
  }
}
