import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegisterTaskDefinitionRequest, RunTaskRequest } from "@aws-sdk/client-ecs";
import {
  accountId,
  type ControlPlaneSession,
  ManualClock,
  type NodeDescription,
  type NodeId,
  nodeId,
  region,
  silentLogger,
  type WorkloadId,
  type WorkloadPhase,
  type WorkloadStatus,
} from "@fleetless/kernel";
import { createAuditSink } from "../../../audit/audit-sink.ts";
import { createCallHistory } from "../../../audit/call-history.ts";
import { createAuthoriser } from "../../../authorisation/authoriser.ts";
import { createDnsServices } from "../../../composition/dns-services.ts";
import { createEcrDependencies } from "../../../composition/ecr.ts";
import { createFlowLogDelivery } from "../../../composition/flow-log-delivery.ts";
import { createSecretServices } from "../../../composition/secret-services.ts";
import { createCompute, createNodeSessions, createSessionLog, taskRoleDenial } from "../../../compute/service.ts";
import { createSecretSealer } from "../../../credentials/sealing.ts";
import { createServiceRoleSessions } from "../../../credentials/service-role-sessions.ts";
import { createSessionTokens } from "../../../credentials/session-token.ts";
import { createSessions } from "../../../credentials/sessions.ts";
import type { Call } from "../../../gateway/call.ts";
import type { Operation } from "../../../gateway/operation.ts";
import { createContainerSessions } from "../../../sessions/sessions.ts";
import type { OpenedStore } from "../../../state/append/append-tables.ts";
import { openSqliteStore } from "../../../state/sqlite/open.ts";
import {
  createFlowLogDeliveries,
  createNetworkInterfaces,
  ensureDefaultNetwork,
  readVpcSpec,
  vpcReading,
} from "../../ec2/service.ts";
import { createIamService } from "../../iam/service.ts";
import { createLogIngestion } from "../../logs/service.ts";
import { ensureDefaultCluster } from "../cluster.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { registerTaskDefinition } from "../handlers/register-task-definition.ts";
import { runTask } from "../handlers/run-task.ts";
import { createEcsService } from "../service.ts";
import { createTaskProtection } from "../task-protection.ts";
import { TransactionBatches } from "../transaction-batches.ts";
import { oneContainer } from "./definitions.ts";

const scope = { accountId: accountId("123456789012"), region: region("us-east-1") };

export const testNode: NodeDescription = {
  id: nodeId("node-1"),
  hostname: "node-1",
  cpuUnits: 4096,
  memoryMiB: 8192,
  storageGiB: 1_000,
  architecture: "X86_64",
  isolations: ["gvisor", "runc"],
};

export interface World {
  readonly store: OpenedStore;
  readonly clock: ManualClock;
  readonly dependencies: EcsDependencies;
  readonly session: ControlPlaneSession;
  readonly call: Call;
  readonly subnets: readonly string[];
  /** A role that trusts a service and may do what a policy document says; answers its ARN. */
  createRole(name: string, trusted: string, policy?: object): Promise<string>;
  invoke<Input, Output>(operation: Operation<EcsDependencies, Input, Output>, input: Input): Promise<Output>;
  /** Registers a one-container definition and answers its ARN. */
  register(changes?: Partial<RegisterTaskDefinitionRequest>): Promise<string>;
  /** Runs one task and answers its id. */
  run(changes?: Partial<RunTaskRequest>): Promise<WorkloadId>;
  report(id: WorkloadId, phase: WorkloadPhase, changes?: Partial<WorkloadStatus>): Promise<void>;
  close(): Promise<void>;
}

/** A real store in a directory of its own, a default network, a default cluster and one registered node. */
export const createWorld = async (node: NodeDescription = testNode): Promise<World> => {
  const directory = await mkdtemp(join(tmpdir(), "fleetless-ecs-"));
  const clock = new ManualClock();
  const logger = silentLogger;
  const store = await openSqliteStore({ path: join(directory, "state.db"), logger, clock });
  const vpc = await ensureDefaultNetwork(store, scope);
  if (vpc === undefined) throw new Error("There is no default VPC.");
  const subnets = (await store.read((transaction) => readVpcSpec(transaction, vpc))).subnets.map(({ id }) => id);
  await ensureDefaultCluster(store, scope, clock.now());
  const compute = createCompute({ store, clock, logger });
  const sessions = createContainerSessions({ clock, logger });
  const authoriser = createAuthoriser(store);
  const logIngestion = createLogIngestion({ store, events: store.logEvents, clock });
  const networkInterfaces = createNetworkInterfaces("100.64.0.0/24", clock);
  const dependencies: EcsDependencies = {
    store,
    usageRecords: store.usageRecords,
    compute,
    networkInterfaces,
    clock,
    logger,
    isolation: "auto",
    sessions,
    sessionLog: (workload, stream, target) =>
      createSessionLog({ store, clock, logger, authoriser, logIngestion }, workload, stream, target),
    sessionIdleMilliseconds: 20 * 60_000,
    launches: new TransactionBatches(store),
    registrations: new TransactionBatches(store),
  };
  const key = randomBytes(32);
  const sealer = createSecretSealer(key);
  const { secretValues, secretReader } = createSecretServices({
    store,
    clock,
    logger,
    sealer,
    authoriser,
    audit: createAuditSink({ records: store.auditRecords, logger, chainKey: key }),
    region: scope.region,
  });
  const session = createNodeSessions({
    secretValues,
    hostedZones: createDnsServices({ store, clock, logger }).hostedZones,
    putFlowRecords: createFlowLogDelivery({
      store,
      authoriser,
      flowLogs: createFlowLogDeliveries(store),
      compute,
      logIngestion,
      clock,
    }),
    taskProtection: createTaskProtection(
      store,
      (id, permissions) => taskRoleDenial({ store, authoriser, now: clock.now() }, id, permissions),
      () => clock.now(),
    ),
    store,
    clock,
    logger,
    vpcs: { ...vpcReading, readyOnEveryNode: async () => [vpc] },
    roleSessions: createServiceRoleSessions(store, createSessions(createSessionTokens(key), clock)),
    authoriser,
    registry: createEcrDependencies({
      store,
      clock,
      logger,
      sealer,
      secretReader,
      dataDirectory: directory,
      registryHost: () => "127.0.0.1:4566",
    }),
    logIngestion,
    sessions,
  });
  await session.register(node);
  const controllers = [...compute.controllers, ...createEcsService(dependencies).controllers];
  for (const controller of controllers) controller.start();
  const call: Call = {
    ...scope,
    requestId: "request",
    principal: { kind: "root", accountId: scope.accountId, arn: "arn:aws:iam::123456789012:root", userId: "root" },
    accessKeyId: "test",
    sourceAddress: "127.0.0.1",
    userAgent: "test",
    host: "127.0.0.1:4566",
    clock,
  };
  const { operations } = createIamService({
    store,
    clock,
    sealer,
    accountCreatedAt: async () => 0,
    callHistory: createCallHistory(store.auditRecords),
  });
  const iam = async (operation: string, input: object) => operations.get(operation)?.handle(input, call);
  let sequence = 0;
  const world: World = {
    store,
    clock,
    dependencies,
    session,
    call,
    subnets,
    createRole: async (name, trusted, policy) => {
      const trust = { Effect: "Allow", Principal: { Service: trusted }, Action: "sts:AssumeRole" };
      await iam("CreateRole", {
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
      });
      if (policy !== undefined) {
        await iam("PutRolePolicy", { RoleName: name, PolicyName: "may", PolicyDocument: JSON.stringify(policy) });
      }
      return `arn:aws:iam::${scope.accountId}:role/${name}`;
    },
    invoke: (operation, input) => operation.handle(input, call, dependencies),
    register: async (changes = {}) => {
      const answer = await world.invoke(registerTaskDefinition, { ...oneContainer, ...changes });
      return answer.taskDefinition?.taskDefinitionArn ?? "";
    },
    run: async (changes = {}) => {
      const answer = await world.invoke(runTask, {
        taskDefinition: "web",
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: [...subnets] } },
        ...changes,
      });
      const arn = answer.tasks?.[0]?.taskArn ?? "";
      return arn.slice(arn.lastIndexOf("/") + 1) as WorkloadId;
    },
    report: async (id, phase, changes = {}) => {
      sequence += 1;
      await session.report(node.id, [statusOf(id, node.id, sequence, phase, changes)]);
    },
    close: async () => {
      for (const controller of controllers) await controller.stop();
      authoriser.close();
      secretValues.close();
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
  return world;
};

const statusOf = (
  id: WorkloadId,
  node: NodeId,
  sequence: number,
  phase: WorkloadPhase,
  changes: Partial<WorkloadStatus>,
): WorkloadStatus => ({
  id,
  nodeId: node,
  observedRevision: 1,
  sequence,
  phase,
  attachmentStatus: phase === "STOPPED" ? "DELETED" : "ATTACHED",
  healthStatus: "UNKNOWN",
  times: {},
  containers: [],
  timeline: [],
  ...changes,
});
