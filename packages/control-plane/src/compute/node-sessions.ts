import type { Clock, ControlPlaneSession, Logger } from "@fleetless/kernel";
import type { Store } from "../state/store.ts";
import { readDesired } from "./desired-updates.ts";
import { registerNode, renewLease } from "./nodes.ts";
import { storeReports } from "./status-reports.ts";
import type { VpcSource } from "./vpc-source.ts";
import { type LogDeliveries, withLogOwner } from "./workload-logs.ts";
import { issueWorkloadCredentials, type ServiceRoleSessions } from "./workload-roles.ts";

export interface NodeSessionDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly vpcs: VpcSource;
  readonly roleSessions: ServiceRoleSessions;
  readonly logs: LogDeliveries;
}

/** The control plane's side of the node protocol, for nodes in this process and behind a wire alike. */
export const createNodeSessions = (dependencies: NodeSessionDependencies): ControlPlaneSession => {
  const { store, clock, logger, vpcs, logs } = dependencies;
  return {
    register: (node) => registerNode(store, node, vpcs, clock.now()),
    heartbeat: async (id) => {
      if (!(await renewLease(store, id, clock.now()))) {
        throw new Error(`The node ${id} is not registered: it must register before it sends heartbeats.`);
      }
    },
    desired: (id, cursor, signal) => readDesired(dependencies, id, cursor, signal),
    report: (id, statuses) => storeReports(store, logger, id, statuses),
    credentials: (workload, role) => issueWorkloadCredentials(dependencies, workload, role),
    createLogStream: (workload, stream) =>
      withLogOwner(store, workload, stream.group, (owner) => logs.ensureLogStream(owner, stream)),
    putLogEvents: (workload, delivery) =>
      withLogOwner(store, workload, delivery.group, (owner) => logs.ingestLogEvents(owner, delivery)),
  };
};
