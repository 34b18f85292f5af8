import type { WorkloadId } from "@fleetless/kernel";
import {
  blackholeFrom,
  FaultRequestError,
  faultKey,
  faultTypes,
  type NetworkFault,
  packetLossFrom,
  parseBody,
} from "./network-fault.ts";

/** The faults of this machine's tasks, which end with them. */
export interface NetworkFaults {
  faults(workloadId: WorkloadId): readonly NetworkFault[];
  /** In force when it resolves. */
  setFaults(workloadId: WorkloadId, faults: readonly NetworkFault[]): Promise<void>;
}

export interface FaultAnswer {
  readonly status: number;
  readonly body: { readonly Status: string } | { readonly Error: string };
}

const done = (status: string): FaultAnswer => ({ status: 200, body: { Status: status } });
const refused = (status: number, error: string): FaultAnswer => ({ status, body: { Error: error } });

const latencyRefusal =
  "network-latency is not supported on this machine: its kernel has no network emulator (netem) to delay packets with";

const faultFrom = (type: (typeof faultTypes)[number], operation: string, body: string): NetworkFault | undefined => {
  if (type === "network-blackhole-port") return blackholeFrom(parseBody(body));
  return operation === "start" ? packetLossFrom(parseBody(body)) : undefined;
};

/**
 * `/fault/v1/<type>/<start|stop|status>` of a task that allows fault injection.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fault-injection.html
 */
export const answerFault = async (
  path: readonly string[],
  body: string,
  workloadId: WorkloadId,
  network: NetworkFaults,
): Promise<FaultAnswer | undefined> => {
  const [name, operation = "", more] = path;
  const type = faultTypes.find((known) => known === name);
  if (type === undefined || !["start", "stop", "status"].includes(operation) || more !== undefined) return undefined;
  try {
    if (type === "network-latency") return operation === "start" ? refused(500, latencyRefusal) : done(idle(operation));
    const fault = faultFrom(type, operation, body);
    const key = fault === undefined ? type : faultKey(fault);
    const running = network.faults(workloadId);
    const isRunning = running.some((each) => faultKey(each) === key);
    if (operation === "status") return done(isRunning ? "running" : "not-running");
    if (operation === "stop") {
      if (isRunning)
        await network.setFaults(
          workloadId,
          running.filter((each) => faultKey(each) !== key),
        );
      return done("stopped");
    }
    if (isRunning && type === "network-packet-loss") {
      return refused(409, "There is already one network packet loss fault running");
    }
    if (!isRunning && fault !== undefined) await network.setFaults(workloadId, [...running, fault]);
    return done("running");
  } catch (thrown) {
    if (thrown instanceof FaultRequestError) return refused(400, thrown.message);
    throw thrown;
  }
};

const idle = (operation: string): string => (operation === "stop" ? "stopped" : "not-running");
