import type { Store } from "../../state/store.ts";
import { type FlowLogRecord, flowLogDeliveries } from "./connectivity-collections.ts";
import { findFlowLog } from "./repository.ts";
import { availabilityZoneId } from "./zones.ts";

/** Whoever delivers the records of flow logs takes their roles as this service. */
export const flowLogsService = "vpc-flow-logs.amazonaws.com";

export interface FlowLogDeliveries {
  find(id: string): Promise<FlowLogRecord | undefined>;
  /** Keeps what DescribeFlowLogs says of deliveries: that they succeed, or AWS's words for what stands in their way. */
  note(id: string, problem: "Access error" | undefined): Promise<void>;
  zoneId(availabilityZone: string): string;
}

export const createFlowLogDeliveries = (store: Store): FlowLogDeliveries => ({
  find: (id) => store.read((transaction) => findFlowLog(transaction, id)),
  note: async (id, problem) => {
    const same = await store.read(async (transaction) => {
      const noted = await transaction.get(flowLogDeliveries, id);
      return noted !== undefined && noted.problem === problem;
    });
    if (same) return;
    await store.transaction(async (transaction) => {
      if ((await findFlowLog(transaction, id)) === undefined) return;
      transaction.put(flowLogDeliveries, id, problem === undefined ? {} : { problem });
    });
  },
  zoneId: availabilityZoneId,
});
