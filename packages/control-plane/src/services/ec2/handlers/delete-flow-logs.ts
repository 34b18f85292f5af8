import type { DeleteFlowLogsRequest, DeleteFlowLogsResult, UnsuccessfulItem } from "@aws-sdk/client-ec2";
import { ServiceError } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc } from "../collections.ts";
import { flowLogDeliveries, flowLogs } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireFlowLog } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const deleteFlowLogs = defineOperation<Ec2Dependencies, DeleteFlowLogsRequest, DeleteFlowLogsResult>({
  authorise: onIds("DeleteFlowLogs", (input) => input.FlowLogIds ?? []),
  handle: async (input, call, { store }) => {
    const Unsuccessful: UnsuccessfulItem[] = [];
    for (const id of new Set(input.FlowLogIds ?? [])) {
      try {
        await store.transaction(async (transaction) => {
          const flowLog = await requireFlowLog(transaction, scopeOfCall(call), id);
          transaction.delete(flowLogs, keyInVpc(flowLog));
          transaction.delete(flowLogDeliveries, flowLog.id);
        });
      } catch (thrown) {
        if (!(thrown instanceof ServiceError)) throw thrown;
        Unsuccessful.push({ ResourceId: id, Error: { Code: thrown.code, Message: thrown.message } });
      }
    }
    return { Unsuccessful };
  },
});
