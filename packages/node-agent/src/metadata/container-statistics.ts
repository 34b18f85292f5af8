import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import type { Clock } from "@fleetless/kernel";
import type { InterfaceUsage, TaskNetwork } from "../network/contract.ts";
import type { ContainerRuntime, ContainerUsage } from "../runtime/contract.ts";
import type { MetadataSubject } from "./contract.ts";

interface Sample {
  readonly at: number;
  readonly systemNanoseconds: number;
  readonly containers: ReadonlyMap<string, ContainerUsage>;
  readonly network: InterfaceUsage;
}

const freshMilliseconds = 1_000;
const nanosecondsPerTick = 10_000_000;
const bytesPerMebibyte = 1024 * 1024;
/** Docker's word for "there was no earlier reading". */
const never = "0001-01-01T00:00:00Z";

/** Time that all of this machine's CPUs have spent, as Docker counts it. proc(5), /proc/stat. */
const systemCpuNanoseconds = async (): Promise<number> => {
  const line = (await readFile("/proc/stat", "utf8")).split("\n", 1)[0] ?? "";
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return ticks.reduce((sum, each) => sum + each, 0) * nanosecondsPerTick;
};

const cpuView = (usage: ContainerUsage | undefined, systemNanoseconds: number) => ({
  cpu_usage: {
    total_usage: usage?.cpuNanoseconds ?? 0,
    usage_in_kernelmode: usage?.cpuSystemNanoseconds ?? 0,
    usage_in_usermode: usage?.cpuUserNanoseconds ?? 0,
  },
  ...(usage === undefined ? {} : { system_cpu_usage: systemNanoseconds, online_cpus: cpus().length }),
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
});

const blockView = (usage: ContainerUsage) => ({
  io_service_bytes_recursive: [
    { major: 0, minor: 0, op: "read", value: usage.blockReadBytes },
    { major: 0, minor: 0, op: "write", value: usage.blockWriteBytes },
  ],
});

const networkView = (usage: InterfaceUsage) => ({
  rx_bytes: usage.receivedBytes,
  rx_packets: usage.receivedPackets,
  rx_errors: usage.receivedErrors,
  rx_dropped: usage.receivedDropped,
  tx_bytes: usage.sentBytes,
  tx_packets: usage.sentPackets,
  tx_errors: usage.sentErrors,
  tx_dropped: usage.sentDropped,
});

const rateView = (current: Sample, previous: Sample | undefined) => {
  const seconds = previous === undefined ? 0 : (current.at - previous.at) / 1000;
  const rate = (now: number, before: number): number => (seconds > 0 ? Math.max(0, now - before) / seconds : 0);
  return {
    rx_bytes_per_sec: rate(current.network.receivedBytes, previous?.network.receivedBytes ?? 0),
    tx_bytes_per_sec: rate(current.network.sentBytes, previous?.network.sentBytes ?? 0),
  };
};

/** Docker's statistics of one task's containers, from its cgroups and its interface, read at most once a second. */
export class TaskStatistics {
  readonly #runtime: Pick<ContainerRuntime, "usage">;
  readonly #network: Pick<TaskNetwork, "usage">;
  readonly #clock: Clock;
  #current: Sample | undefined;
  #previous: Sample | undefined;
  #sampling: Promise<Sample> | undefined;

  constructor(runtime: Pick<ContainerRuntime, "usage">, network: Pick<TaskNetwork, "usage">, clock: Clock) {
    this.#runtime = runtime;
    this.#network = network;
    this.#clock = clock;
  }

  /** Null for a container that does not run. */
  async container(subject: MetadataSubject, name: string): Promise<Readonly<Record<string, unknown>> | null> {
    const sample = await this.#sample(subject);
    const usage = sample.containers.get(name);
    if (usage === undefined) return null;
    const previous = this.#previous;
    const earlier = previous?.containers.get(name);
    return {
      read: new Date(sample.at).toISOString(),
      preread: earlier === undefined || previous === undefined ? never : new Date(previous.at).toISOString(),
      pids_stats: { current: usage.pids },
      blkio_stats: blockView(usage),
      num_procs: 0,
      storage_stats: {},
      cpu_stats: cpuView(usage, sample.systemNanoseconds),
      precpu_stats: cpuView(earlier, previous?.systemNanoseconds ?? 0),
      memory_stats: {
        usage: usage.memoryBytes,
        max_usage: usage.memoryMaximumBytes,
        stats: { cache: usage.memoryCacheBytes },
        // A container without a limit of its own has the task's.
        limit: usage.memoryLimitBytes || subject.workload.size.memoryMiB * bytesPerMebibyte,
      },
      name,
      id: subject.status.containers.find((each) => each.name === name)?.runtimeId,
      networks: { eth0: networkView(sample.network) },
      network_rate_stats: rateView(sample, previous),
    };
  }

  async #sample(subject: MetadataSubject): Promise<Sample> {
    const current = this.#current;
    if (current !== undefined && this.#clock.now() - current.at < freshMilliseconds) return current;
    this.#sampling ??= this.#read(subject).finally(() => {
      this.#sampling = undefined;
    });
    return this.#sampling;
  }

  async #read(subject: MetadataSubject): Promise<Sample> {
    const id = subject.workload.id;
    const [usages, network, systemNanoseconds] = await Promise.all([
      this.#runtime.usage(id),
      this.#network.usage(id),
      systemCpuNanoseconds(),
    ]);
    const sample = {
      at: this.#clock.now(),
      systemNanoseconds,
      network,
      containers: new Map(usages.map((usage) => [usage.name, usage])),
    };
    this.#previous = this.#current;
    this.#current = sample;
    return sample;
  }
}
