import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { AccountId, Clock, ControlPlaneSession, Isolation, Logger, Region } from "@fleetless/kernel";
import { type CallExplanation, explainCall } from "./advice/explain-call.ts";
import { explainPacket, type PacketExplanation, type PacketQuestion } from "./advice/explain-packet.ts";
import { type PolicySuggestion, suggestPolicy } from "./advice/suggest-policy.ts";
import { type ChainVerification, verifyChain } from "./audit/audit-chain.ts";
import { createAuditSink } from "./audit/audit-sink.ts";
import { createCallHistory } from "./audit/call-history.ts";
import { createAuthoriser, type ServiceControlPolicy } from "./authorisation/authoriser.ts";
import { type Accounts, createAccounts } from "./composition/accounts.ts";
import { composeContainerSessions, type LocalSessionRequest } from "./composition/container-sessions.ts";
import { createDnsServices } from "./composition/dns-services.ts";
import { createEcrDependencies } from "./composition/ecr.ts";
import { createFlowLogDelivery } from "./composition/flow-log-delivery.ts";
import { recordDecisions } from "./composition/recorded-authoriser.ts";
import { createSecretServices } from "./composition/secret-services.ts";
import { createStsDependencies } from "./composition/sts-dependencies.ts";
import { createTrailDelivery } from "./composition/trail-delivery.ts";
import { createCompute, createNodeSessions, isWorkloadSessionOver } from "./compute/service.ts";
import { openCredentials } from "./credentials/open-credentials.ts";
import type { RootAccessKey } from "./credentials/root-access-key.ts";
import type { RootKeySource } from "./credentials/root-key.ts";
import { createGateway, type Gateway } from "./gateway/gateway.ts";
import type { Service } from "./gateway/service.ts";
import { createMetering, type Metering } from "./metering/metering.ts";
import { createCloudTrailService } from "./services/cloudtrail/service.ts";
import {
  createEc2Service,
  createFlowLogDeliveries,
  createNetworkInterfaces,
  defaultVpcIds,
  ensureDefaultNetwork,
  knownRegions,
  vpcReading,
} from "./services/ec2/service.ts";
import {
  createDistribution,
  createEcrService,
  createLocalRegistry,
  type LocalRegistry,
} from "./services/ecr/service.ts";
import {
  type CaptureSessionRequest,
  createEcsService,
  ensureDefaultCluster,
  readTimeline,
  type TaskTimeline,
} from "./services/ecs/service.ts";
import { arnOfIdentity, createIamService } from "./services/iam/service.ts";
import { createLogIngestion, createLogsService } from "./services/logs/service.ts";
import { createStsService } from "./services/sts/service.ts";
import type { GrantedSession } from "./sessions/sessions.ts";
import { openStore } from "./state/open-store.ts";

export interface ControlPlaneOptions {
  /** Holds the store unless that is elsewhere. */
  readonly dataDirectory: string;
  /** The URL of a PostgreSQL store; undefined for the one that the data directory has, at first an embedded one. */
  readonly store?: string | undefined;
  /** Under which all secrets of the store are. It must not lie in the data directory. */
  readonly rootKey: RootKeySource;
  readonly accountId: AccountId;
  readonly region: Region;
  /** From which tasks get their public addresses. */
  readonly publicCidr: string;
  readonly isolation: Isolation;
  /** Whether `test`/`test` counts as the root key for callers on loopback. */
  readonly acceptWellKnownLocalKey: boolean;
  /** Within these alone anyone in the account may do anything, as under AWS Organizations; no limit where undefined. */
  readonly serviceControlPolicies?: readonly ServiceControlPolicy[] | undefined;
  /** After how long without input and output a session in a container ends, in milliseconds; AWS's 20 minutes where not given. */
  readonly sessionIdleMilliseconds?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ControlPlane {
  readonly gateway: Gateway;
  /** For node agents. */
  readonly session: ControlPlaneSession;
  /** Where the state is, fit for people: never with a password. */
  readonly store: string;
  readonly rootAccessKey: RootAccessKey;
  readonly accounts: Accounts;
  /** For whoever owns the machine. */
  readonly registry: LocalRegistry;
  /** By a task's id or ARN; undefined where there is no such task. */
  timeline(task: string): Promise<TaskTimeline | undefined>;
  /** How the permissions of a recent call were decided; undefined where the audit trail has no such call. */
  explainCall(requestId: string): Promise<CallExplanation | undefined>;
  /** Whether a connection may be opened between two places, hop by hop. Throws PacketQuestionError. */
  explainPacket(question: PacketQuestion): Promise<PacketExplanation>;
  /** The least policy for what a role or user did; undefined where there is none of that name or ARN. */
  suggestPolicy(identity: string): Promise<PolicySuggestion | undefined>;
  /** What tasks used, and what that would cost on AWS. */
  readonly metering: Metering;
  /** Follows the audit trail's chain of digests from the oldest record that is kept. */
  verifyAuditTrail(): Promise<ChainVerification>;
  /** Grants a session in a task's container to the machine's own administrator, with more choice than ECS's operation has. */
  openSession(request: LocalSessionRequest): Promise<GrantedSession>;
  /** The same for the packets of a task's interface. */
  openCapture(request: CaptureSessionRequest): Promise<GrantedSession>;
  /**
   * Copies the embedded store, as it is now, into a file that is not there yet, with the root key where asked.
   * Throws BackupError.
   */
  backUp(target: string, withKey: boolean): Promise<void>;
  /** Stops the controllers and the gateway, and closes the store. */
  close(): Promise<void>;
}

/** The control plane's composition root: opens the state, makes every service, starts their controllers. */
export const openControlPlane = async (options: ControlPlaneOptions): Promise<ControlPlane> => {
  const { accountId, region, clock, logger } = options;
  const directory = join(options.dataDirectory, "control-plane");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const store = await openStore({ dataDirectory: options.dataDirectory, url: options.store, clock, logger });
  const scope = { accountId, region };
  const furnish = async (account: AccountId): Promise<void> => {
    await ensureDefaultNetwork(store, { accountId: account, region });
    await ensureDefaultCluster(store, { accountId: account, region }, clock.now());
  };
  await furnish(accountId);

  const compute = createCompute({ store, clock, logger });
  const credentials = await openCredentials({
    store,
    clock,
    accountId,
    dataDirectory: directory,
    rootKey: options.rootKey,
    acceptWellKnownLocalKey: options.acceptWellKnownLocalKey,
    serviceSessionIsOver: (service, sessionName) => isWorkloadSessionOver(store, service, sessionName),
  });
  const accounts = createAccounts({
    store,
    clock,
    sealer: credentials.sealer,
    keys: credentials.rootAccessKeys,
    furnish,
  });
  const authoriser = createAuthoriser(store, options.serviceControlPolicies);
  const audit = createAuditSink({ records: store.auditRecords, logger, chainKey: credentials.auditChainKey });
  const callHistory = createCallHistory(store.auditRecords);
  const logs = { store, events: store.logEvents, clock, logger };
  const logIngestion = createLogIngestion(logs);
  const secrets = createSecretServices({ store, clock, logger, sealer: credentials.sealer, authoriser, audit, region });
  const dns = createDnsServices({ store, clock, logger });
  const networkInterfaces = createNetworkInterfaces(options.publicCidr, clock);
  const inContainers = composeContainerSessions({
    store,
    compute,
    authoriser,
    logIngestion,
    clock,
    logger,
    idleMilliseconds: options.sessionIdleMilliseconds,
  });

  let listeningPort: number | undefined;
  const ecr = createEcrDependencies({
    store,
    clock,
    logger,
    sealer: credentials.sealer,
    secretReader: secrets.secretReader,
    dataDirectory: options.dataDirectory,
    registryHost: () => `127.0.0.1:${listeningPort ?? 0}`,
  });

  const services: readonly Service[] = [
    createStsService(createStsDependencies(store, clock, credentials)),
    createIamService({
      store,
      clock,
      sealer: credentials.sealer,
      accountCreatedAt: async (id) => (await credentials.rootAccessKeys.createdAt(id)) ?? 0,
      callHistory,
    }),
    createEcsService({
      ...inContainers.forTasks,
      store,
      usageRecords: store.usageRecords,
      compute,
      networkInterfaces,
      clock,
      logger,
      isolation: options.isolation,
    }),
    createEcrService(ecr),
    createEc2Service({ store, clock, publicAddressPool: options.publicCidr }),
    createLogsService(logs),
    createCloudTrailService({
      store,
      records: store.auditRecords,
      logGroups: createTrailDelivery({ store, authoriser, logIngestion, clock }),
      clock,
      logger,
    }),
    ...secrets.services,
    ...dns.services,
  ];
  const { accessKeys } = credentials;
  const gateway = createGateway({
    doors: [createDistribution({ ecr, accessKeys, authoriser, audit })],
    onListening: (port) => {
      listeningPort = port;
    },
    services,
    accessKeys,
    authoriser,
    encodeDenial: credentials.authorizationMessages.encode,
    audit,
    clock,
    logger,
    region,
    furtherRegions: new Set(knownRegions),
    accountId,
    onUpgrade: inContainers.sessions.handleUpgrade,
  });
  const session = createNodeSessions({
    store,
    clock,
    logger,
    vpcs: { ...vpcReading, readyOnEveryNode: () => defaultVpcIds(store) },
    roleSessions: credentials.serviceRoleSessions,
    authoriser: recordDecisions(authoriser, audit, { now: () => clock.now(), region }),
    logIngestion,
    registry: ecr,
    sessions: inContainers.sessions,
    taskProtection: inContainers.taskProtection,
    hostedZones: dns.hostedZones,
    putFlowRecords: createFlowLogDelivery({
      store,
      authoriser,
      flowLogs: createFlowLogDeliveries(store),
      compute,
      logIngestion,
      clock,
    }),
    secretValues: secrets.secretValues,
  });

  const controllers = [...compute.controllers, ...services.flatMap((service) => service.controllers)];
  let stopped: Promise<unknown> | undefined;
  const stopControllers = () => {
    stopped ??= Promise.all(controllers.map((controller) => controller.stop()));
    return stopped;
  };
  const leave = store.lead("controllers", {
    begin: () => {
      for (const controller of controllers) controller.start();
    },
    lost: () => void stopControllers(),
  });

  return {
    gateway,
    session,
    store: store.place,
    backUp: (target, withKey) => store.backUp(target, withKey ? options.rootKey : undefined),
    rootAccessKey: credentials.rootAccessKey,
    accounts,
    registry: createLocalRegistry({ ecr, accountId, region }),
    timeline: (task) => readTimeline(store, compute, task),
    explainCall: async (requestId) => {
      await audit.flush();
      return explainCall(callHistory, requestId);
    },
    explainPacket: (question) => explainPacket(store, scope, question),
    suggestPolicy: async (identity) => {
      const arn = await store.read((transaction) => arnOfIdentity(transaction, accountId, identity));
      if (arn === undefined) return undefined;
      await audit.flush();
      return suggestPolicy(callHistory, arn);
    },
    metering: createMetering({ records: store.usageRecords, accountId, clock }),
    verifyAuditTrail: async () => {
      await audit.flush();
      return verifyChain(store.auditRecords, credentials.auditChainKey);
    },
    openSession: (request) => inContainers.openLocal(scope, request),
    openCapture: (request) => inContainers.openCapture(scope, request),
    close: async () => {
      await inContainers.sessions.close();
      await gateway.close();
      await leave();
      await stopControllers();
      await audit.close();
      authoriser.close();
      secrets.secretValues.close();
      credentials.close();
      await store.close();
    },
  };
};
