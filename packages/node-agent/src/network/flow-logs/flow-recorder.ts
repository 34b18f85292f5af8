import {
  addToWindow,
  type CountedFlow,
  type CountedInterface,
  closeWindow,
  type FlowCounting,
  type FlowWindow,
  isLoggedBy,
  openWindow,
  windowEnd,
} from "@fleetless/engine";
import { type Clock, type Logger, messageOf, type VpcId, type VpcSpec } from "@fleetless/kernel";
import { pause, WakeUp } from "../../logs/wake-up.ts";
import type { Quiet } from "../../machine/quiet.ts";
import type { InterfaceRecord } from "../interface-records.ts";
import { readFlowSets } from "./flow-counters.ts";
import type { FlowOutbox } from "./flow-outbox.ts";
import type { FlowRecordStore } from "./flow-record-store.ts";

export interface FlowRecorderOptions {
  readonly vpcId: VpcId;
  readonly namespace: string;
  readonly store: FlowRecordStore;
  readonly outbox: FlowOutbox;
  /** Makes the packet filter count as `counting` says now. */
  readonly enforce: () => Promise<void>;
  readonly quiet: Quiet;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Before the sets could be full with what one interface may begin. */
const readingMilliseconds = 20_000;
/** After an interface is gone, so that several that go are read at once. */
const gatherMilliseconds = 250;
/** Packets that were under way when their set was put aside have long been counted in it. */
const graceMilliseconds = 20;
/** Before a reading that failed is tried again. */
const failureMilliseconds = 5_000;

/** Gathers what the packet filter of one VPC counts into the windows of the VPC's flow logs. */
export class FlowRecorder {
  readonly #options: FlowRecorderOptions;
  readonly #wakeUp: WakeUp;
  readonly #stop = new AbortController();
  #windows: readonly FlowWindow[] = [];
  /** Windows that are to begin once what was counted before them is read. */
  #waiting: readonly FlowWindow[] = [];
  #counting: FlowCounting = { generation: 1, retained: [] };
  #lost = false;
  #failed = false;
  /** Ports with counts, maybe, in the sets that are counted in now. */
  #counted: ReadonlySet<string> = new Set();
  #tail: Promise<void> = Promise.resolve();
  #running: Promise<void> | undefined;

  constructor(options: FlowRecorderOptions) {
    this.#options = options;
    this.#wakeUp = new WakeUp(options.clock);
  }

  /** The same until it differs. */
  get counting(): FlowCounting {
    return this.#counting;
  }

  /** Finds what the kernel counted while no agent looked, which is to be kept until it is read. */
  async adopt(): Promise<void> {
    const { vpcId, namespace, store } = this.#options;
    this.#windows = store.windows(vpcId);
    const known = store.generation(vpcId);
    this.#counting = { generation: known + 1, retained: [] };
    if (this.#windows.length === 0) return;
    const { generations } = await readFlowSets(namespace, (generation) => generation > known);
    this.#counting = { generation: Math.max(known, ...generations) + 1, retained: [...generations] };
    this.#counted = new Set(portsOf(this.#windows));
    // There are sets for as long as there are windows, but where the machine was started anew.
    this.#lost = generations.size === 0;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** The flow logs are others now, or this machine has only begun to know of them. Resolves once each counts its own. */
  async follow(vpc: VpcSpec, records: readonly InterfaceRecord[]): Promise<void> {
    if (vpc.flowLogs.length === 0 && this.#windows.length === 0 && this.#waiting.length === 0) return;
    await this.#queue(async () => {
      const logs = new Set(vpc.flowLogs.map(({ id }) => id));
      const isGone = ({ flowLogId }: FlowWindow): boolean => !logs.has(flowLogId);
      this.#options.store.remove(vpc.id, [...this.#windows, ...this.#waiting].filter(isGone));
      this.#windows = this.#windows.filter((window) => !isGone(window));
      this.#waiting = this.#waiting.filter((window) => !isGone(window));
      const ports = new Set(records.map(({ port }) => port));
      this.#end(({ networkInterface }) => !ports.has(networkInterface.port));
      await this.#begin(vpc, records);
    });
  }

  /** The packet filter counts at this interface from now on. */
  connected(vpc: VpcSpec, record: InterfaceRecord): void {
    if (vpc.flowLogs.length > 0) void this.#queue(() => this.#begin(vpc, [record]));
  }

  /** Nothing passes this interface any more. */
  disconnected({ port }: InterfaceRecord): void {
    if (this.#windows.length === 0 && this.#waiting.length === 0) return;
    void this.#queue(async () => this.#end(({ networkInterface }) => networkInterface.port === port));
  }

  /** Counts are gone from the kernel unread: the windows must tell. */
  countsLost(): void {
    this.#lost = this.#windows.length > 0;
  }

  /** Reads what there still is where the VPC is taken down; otherwise the kernel keeps it for the next run. */
  async close(options: { readonly remove: boolean }): Promise<void> {
    this.#stop.abort(new Error("The VPC is closing."));
    await this.#running;
    await this.#tail;
    if (!options.remove) return;
    if (this.#windows.length > 0) {
      const now = this.#options.clock.now();
      this.#windows = this.#windows.map((window) => ({ ended: now, ...window }));
      await this.#read().catch((thrown: unknown) => this.#warn(thrown));
    }
    this.#options.store.forget(this.#options.vpcId);
  }

  #queue(work: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(work).catch((thrown: unknown) => {
      this.#failed = true;
      this.#warn(thrown);
      this.#wakeUp.signal();
    });
    return this.#tail;
  }

  #end(isGone: (window: FlowWindow) => boolean): void {
    const now = this.#options.clock.now();
    // They have counted nothing yet.
    this.#options.store.remove(this.#options.vpcId, this.#waiting.filter(isGone));
    this.#waiting = this.#waiting.filter((window) => !isGone(window));
    const ended = this.#windows
      .filter((window) => window.ended === undefined && isGone(window))
      .map((window): FlowWindow => ({ ...window, ended: now }));
    if (ended.length === 0) return;
    this.#options.store.put(this.#options.vpcId, ended);
    const byId = new Map(ended.map((window) => [idOf(window), window]));
    this.#windows = this.#windows.map((window) => byId.get(idOf(window)) ?? window);
    this.#wakeUp.signal();
  }

  async #begin(vpc: VpcSpec, records: readonly InterfaceRecord[]): Promise<void> {
    const { clock } = this.#options;
    const known = new Set([...this.#windows, ...this.#waiting].map(idOf));
    const fresh = vpc.flowLogs.flatMap((flowLog) =>
      records
        .filter(({ networkInterface }) => isLoggedBy(flowLog, networkInterface, vpc.id))
        .filter(({ port }) => !known.has(idOfPort(flowLog.id, port)))
        .map((record) => openWindow(flowLog, countedInterface(record), clock.now())),
    );
    if (fresh.length === 0) return;
    this.#waiting = [...this.#waiting, ...fresh];
    await this.#beginWaiting();
  }

  /** Throws where what was counted before could not be read: they wait on. */
  async #beginWaiting(): Promise<void> {
    const { store, vpcId } = this.#options;
    const fresh = this.#waiting;
    store.put(vpcId, fresh);
    // What was counted before a flow log came is not its to tell.
    if (fresh.some(({ networkInterface }) => this.#counted.has(networkInterface.port))) await this.#read();
    this.#waiting = [];
    this.#windows = [...this.#windows, ...fresh];
    this.#counted = new Set([...this.#counted, ...portsOf(fresh)]);
    this.#wakeUp.signal();
  }

  /** As late as it is by now. */
  async #beginAgain(): Promise<void> {
    const now = this.#options.clock.now();
    this.#waiting = this.#waiting.map((window) => ({ ...window, start: now }));
    if (this.#waiting.length > 0) await this.#beginWaiting();
  }

  async #run(): Promise<void> {
    const { clock, quiet } = this.#options;
    while (!this.#stop.signal.aborted) {
      if (this.#waiting.length > 0) {
        await pause(clock, failureMilliseconds, this.#stop.signal);
        if (!this.#stop.signal.aborted) await this.#queue(() => this.#beginAgain());
        continue;
      }
      const now = clock.now();
      const due = Math.min(now + readingMilliseconds, ...this.#windows.map(windowEnd));
      const someEnded = this.#windows.some(({ ended }) => ended !== undefined);
      const idle = this.#windows.length === 0 ? 3_600_000 : Math.max(0, due - now);
      await this.#wakeUp.wait(someEnded ? gatherMilliseconds : idle, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      const isDue = clock.now() >= due || someEnded;
      if (!isDue || this.#windows.length === 0) continue;
      await quiet.calm();
      this.#failed = false;
      await this.#queue(() => this.#read());
      if (this.#failed) await pause(clock, failureMilliseconds, this.#stop.signal);
    }
  }

  /** Puts the sets aside that are counted in, for new ones, in one transaction, and takes in what they hold. */
  async #read(): Promise<void> {
    const { namespace, enforce, clock, store, vpcId } = this.#options;
    const { generation: last, retained } = this.#counting;
    this.#counting = { generation: last + 1, retained: [...retained, last] };
    await enforce();
    const now = clock.now();
    await pause(clock, graceMilliseconds, new AbortController().signal);
    const known = store.generation(vpcId);
    const reading = await readFlowSets(namespace, (generation) => generation > known && generation <= last);
    this.#take(reading, last, now);
    this.#counted = new Set(portsOf(this.#windows));
    this.#counting = { ...this.#counting, retained: [] };
    await enforce();
  }

  #take(
    reading: { readonly flows: readonly CountedFlow[]; readonly skippedPorts: ReadonlySet<string> },
    generation: number,
    now: number,
  ): void {
    const { vpcId, store, outbox, logger } = this.#options;
    const byPort = new Map<string, CountedFlow[]>();
    for (const flow of reading.flows) {
      const flows = byPort.get(flow.port) ?? [];
      flows.push(flow);
      byPort.set(flow.port, flows);
    }
    const lost = this.#lost;
    const windows = this.#windows.map((window) => {
      const added = addToWindow(window, byPort.get(window.networkInterface.port) ?? [], reading.skippedPorts);
      return { before: window, window: lost ? { ...added, skipped: true } : added };
    });
    const outcomes = windows.map(({ before, window }) => ({ before, window, closed: closeWindow(window, now) }));
    const next = outcomes.flatMap(({ window, closed }) => (closed === undefined ? [window] : (closed.next ?? [])));
    const changed = outcomes.flatMap(({ before, window, closed }) => {
      const kept = closed === undefined ? window : closed.next;
      return kept === undefined || kept === before ? [] : [kept];
    });
    const deliveries = outcomes.flatMap(({ closed }) => closed?.deliveries ?? []);
    const closed = outcomes.flatMap(({ window, closed: end }) =>
      end !== undefined && end.next === undefined ? [window] : [],
    );
    const givenUp = store.take({ vpc: vpcId, generation, changed, closed, deliveries }, now);
    if (givenUp > 0) logger.warn({ vpc: vpcId, givenUp }, "flow records wait for too long, the oldest are dropped");
    this.#lost = false;
    this.#windows = next;
    if (deliveries.length > 0) outbox.signal();
  }

  #warn(thrown: unknown): void {
    this.#options.logger.warn({ vpc: this.#options.vpcId, error: messageOf(thrown) }, "flows could not be recorded");
  }
}

const idOfPort = (flowLogId: string, port: string): string => `${flowLogId} ${port}`;
const idOf = ({ flowLogId, networkInterface }: FlowWindow): string => idOfPort(flowLogId, networkInterface.port);

const portsOf = (windows: readonly FlowWindow[]): readonly string[] =>
  windows.map(({ networkInterface }) => networkInterface.port);

const countedInterface = ({ workloadId, networkInterface, port }: InterfaceRecord): CountedInterface => ({
  workloadId,
  id: networkInterface.id,
  ...(networkInterface.privateAddress === undefined ? {} : { privateAddress: networkInterface.privateAddress }),
  ...(networkInterface.ipv6Address === undefined ? {} : { ipv6Address: networkInterface.ipv6Address }),
  port,
});
