import type { Clock, ControlPlaneSession, Logger } from "@fleetless/kernel";
import type { ServiceRoleSessions } from "../credentials/service-role-sessions.ts";
import type { Authoriser } from "../gateway/ports.ts";
import type { EcrDependencies } from "../services/ecr/service.ts";
import {
  type LogIngestion,
  permissionsToCreateLogStream,
  permissionsToIngestLogEvents,
} from "../services/logs/service.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Store } from "../state/store.ts";
import { readDesired } from "./desired-updates.ts";
import { registerNode, renewLease } from "./nodes.ts";
import { storeReports } from "./status-reports.ts";
import type { VpcSource } from "./vpc-source.ts";
import { accessWarmImage, readWarmImages } from "./warm-images.ts";
import { accessWorkloadImage } from "./workload-images.ts";
import { withLogStream } from "./workload-logs.ts";
import { issueWorkloadCredentials } from "./workload-roles.ts";
import { readContainerSecrets, type SecretValues } from "./workload-secrets.ts";

export interface NodeSessionDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly vpcs: VpcSource;
  readonly roleSessions: ServiceRoleSessions;
  readonly authoriser: Authoriser;
  readonly logIngestion: LogIngestion;
  readonly registry: EcrDependencies;
  readonly sessions: Pick<Sessions, "processRequests" | "openProcess">;
  readonly secretValues: SecretValues;
  readonly taskProtection: ControlPlaneSession["taskProtection"];
  readonly hostedZones: ControlPlaneSession["hostedZones"];
  readonly putFlowRecords: ControlPlaneSession["putFlowRecords"];
}

/** The control plane's side of the node protocol, for nodes in this process and behind a wire alike. */
export const createNodeSessions = (dependencies: NodeSessionDependencies): ControlPlaneSession => {
  const { store, clock, logger, vpcs, logIngestion, sessions } = dependencies;
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
    imageAccess: (workload, container, via) => accessWorkloadImage(dependencies, workload, container, via),
    warmImages: (id, version, signal) => readWarmImages(dependencies, id, version, signal),
    warmImageAccess: (image) => accessWarmImage(dependencies, image),
    containerSecrets: (workload, container, via) => readContainerSecrets(dependencies, workload, container, via),
    secretsVersion: () => dependencies.secretValues.version(),
    createLogStream: (workload, { group, stream, createGroup }, via) =>
      withLogStream(
        dependencies,
        workload,
        { group, stream },
        (location) => permissionsToCreateLogStream({ ...location, createGroup }),
        (location) => logIngestion.ensureLogStream({ ...location, createGroup }),
        via,
      ),
    putLogEvents: (workload, { group, stream, batch, events }, via) =>
      withLogStream(
        dependencies,
        workload,
        { group, stream },
        permissionsToIngestLogEvents,
        (location) => logIngestion.ingestLogEvents({ ...location, batch, events }),
        via,
      ),
    processRequests: (id, signal) => sessions.processRequests(id, signal),
    openProcess: async (id, request) => sessions.openProcess(id, request),
    taskProtection: dependencies.taskProtection,
    hostedZones: dependencies.hostedZones,
    putFlowRecords: dependencies.putFlowRecords,
  };
};
