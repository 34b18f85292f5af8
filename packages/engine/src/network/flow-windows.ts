import type { FlowLogSpec, FlowRecord, FlowRecordDelivery, InterfaceMembership, WorkloadId } from "@fleetless/kernel";

/** An interface on this machine and the port at which it is counted. */
export interface CountedInterface extends Pick<InterfaceMembership, "id" | "privateAddress" | "ipv6Address"> {
  readonly workloadId: WorkloadId;
  readonly port: string;
}

/** What a flow log gathers of one interface until the window ends. Times are milliseconds since the Unix epoch. */
export interface FlowWindow {
  readonly flowLogId: string;
  readonly traffic: FlowLogSpec["traffic"];
  readonly aggregationSeconds: number;
  readonly networkInterface: CountedInterface;
  readonly start: number;
  /** When the interface went. */
  readonly ended?: number;
  /** Whether there were flows that found no room. */
  readonly skipped: boolean;
  readonly flows: readonly FlowRecord[];
}

/** Packets and bytes since the last reading, at one port; `remote` is the end that is not the interface. */
export interface CountedFlow extends Omit<FlowRecord, "sourceAddress" | "destinationAddress"> {
  readonly port: string;
  readonly remote: string;
}

/** Flows of one window beyond these are told of as skipped. */
const maximumFlows = 100_000;

/** Windows begin with the multiples of their length, so that a restart does not shift them. */
export const windowEnd = ({ start, aggregationSeconds }: Pick<FlowWindow, "start" | "aggregationSeconds">): number => {
  const length = aggregationSeconds * 1000;
  return (Math.floor(start / length) + 1) * length;
};

export const openWindow = (flowLog: FlowLogSpec, networkInterface: CountedInterface, now: number): FlowWindow => ({
  flowLogId: flowLog.id,
  traffic: flowLog.traffic,
  aggregationSeconds: flowLog.aggregationSeconds,
  networkInterface,
  start: now,
  skipped: false,
  flows: [],
});

const keyOf = (flow: FlowRecord): string =>
  `${flow.direction} ${flow.action} ${flow.protocol} ${flow.sourceAddress} ${flow.sourcePort} ${flow.destinationAddress} ${flow.destinationPort}`;

const recordOf = ({ port: _, remote, ...flow }: CountedFlow, of: CountedInterface): FlowRecord => {
  const own = (remote.includes(":") ? of.ipv6Address : of.privateAddress) ?? "-";
  const [sourceAddress, destinationAddress] = flow.direction === "egress" ? [own, remote] : [remote, own];
  return { ...flow, sourceAddress, destinationAddress };
};

/** The window with what was counted since, as far as its flow log asks for it. */
export const addToWindow = (
  window: FlowWindow,
  counted: readonly CountedFlow[],
  skippedPorts: ReadonlySet<string>,
): FlowWindow => {
  const { networkInterface, traffic } = window;
  const mine = counted.filter(
    ({ port, action }) => port === networkInterface.port && (traffic === "ALL" || traffic === action),
  );
  let skipped = window.skipped || skippedPorts.has(networkInterface.port);
  if (mine.length === 0) return skipped === window.skipped ? window : { ...window, skipped };
  const flows = new Map(window.flows.map((flow) => [keyOf(flow), flow]));
  for (const flow of mine.map((each) => recordOf(each, networkInterface))) {
    const key = keyOf(flow);
    const known = flows.get(key);
    if (known === undefined && flows.size >= maximumFlows) {
      skipped = true;
      continue;
    }
    flows.set(key, {
      ...flow,
      packets: flow.packets + (known?.packets ?? 0),
      bytes: flow.bytes + (known?.bytes ?? 0),
      tcpFlags: flow.tcpFlags | (known?.tcpFlags ?? 0),
    });
  }
  return { ...window, skipped, flows: [...flows.values()] };
};

/** In one delivery, so that none is larger than a call may be. */
const flowsInDelivery = 1_000;

type Undelivered = Omit<FlowRecordDelivery, "batch">;

/**
 * What a window has to tell once its time is over or its interface is gone, and the window that follows it; undefined
 * where it goes on.
 */
export const closeWindow = (
  window: FlowWindow,
  now: number,
): { readonly deliveries: readonly Undelivered[]; readonly next: FlowWindow | undefined } | undefined => {
  const { ended, flows, skipped, start } = window;
  if (ended === undefined && now < windowEnd(window)) return undefined;
  const end = Math.max(start, ended ?? now);
  const common = {
    flowLogId: window.flowLogId,
    workloadId: window.networkInterface.workloadId,
    networkInterfaceId: window.networkInterface.id,
    start,
    end,
  };
  const count = Math.max(1, Math.ceil(flows.length / flowsInDelivery));
  return {
    deliveries: Array.from({ length: count }, (_, index) => ({
      ...common,
      skipped: skipped && index === 0,
      flows: flows.slice(index * flowsInDelivery, (index + 1) * flowsInDelivery),
    })),
    next: ended === undefined ? { ...window, start: end, skipped: false, flows: [] } : undefined,
  };
};
