import { wayToService } from "@fleetless/engine";
import type { ReadTransaction } from "../../../state/store.ts";
import { readVpcSpec } from "../../ec2/service.ts";
import type { TaskRecord } from "../collections.ts";

/**
 * Why the agent of ECS Exec inside the task could not reach the service that carries sessions; undefined where it can.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html#ecs-setting-up-vpc-create
 */
export const missingWayToSessions = async (
  transaction: ReadTransaction,
  { networkInterface }: Pick<TaskRecord, "networkInterface">,
): Promise<string | undefined> => {
  const vpc = await readVpcSpec(transaction, networkInterface.vpcId);
  const from = vpc.interfaces.find(({ id }) => id === networkInterface.id);
  if (from === undefined) return `no interface of ${vpc.id} is ${networkInterface.id}`;
  const way = wayToService(vpc, from, { service: "ssmmessages", region: vpc.region });
  return way.kind === "refused" ? way.because : undefined;
};
