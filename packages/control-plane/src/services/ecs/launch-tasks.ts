import { randomUUID } from "node:crypto";
import type { Failure, RunTaskRequest } from "@aws-sdk/client-ecs";
import { splitByStrategy } from "@fleetless/engine";
import { newWorkloadId, ServiceError } from "@fleetless/kernel";
import { mayTasksAssume } from "../../compute/service.ts";
import type { Transaction } from "../../state/store.ts";
import { areInOneVpc, ipv6OnlyAmong, refusalInEcsWords } from "../ec2/service.ts";
import { effectiveSetting } from "./account-settings.ts";
import { bandwidthOf } from "./bandwidth.ts";
import type { StrategyItem } from "./capacity-providers.ts";
import type { ClusterRecord, TaskDefinitionRecord, TaskRecord } from "./collections.ts";
import type { EcsDependencies } from "./dependencies.ts";
import { clientException, invalidParameter, roleNotAssumable } from "./errors.ts";
import { clusterKey, containerArn, type Scope, taskArn } from "./identifiers.ts";
import { groupOf, type LaunchNetwork, launchTags, networkOf, strategyOf } from "./launch-request.ts";
import type { EffectiveDefinition } from "./overrides.ts";
import { insertTask, recordFamilyUse, recordLaunch } from "./repository.ts";
import { tagsFrom } from "./tags.ts";
import { workloadFromTask } from "./workload-from-task.ts";

export interface Launch {
  readonly scope: Scope;
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinitionRecord;
  readonly effective: EffectiveDefinition;
  readonly request: RunTaskRequest;
  /** Whose account settings hold. */
  readonly principalArn: string;
}

export interface Launched {
  readonly tasks: readonly TaskRecord[];
  readonly failures: readonly Failure[];
}

const createInterface = async (
  transaction: Transaction,
  dependencies: EcsDependencies,
  launch: Launch,
  arn: string,
  network: LaunchNetwork,
  subnetId: string,
  assignIpv6Address: boolean,
) => {
  const attachmentId = randomUUID();
  const request = {
    ...launch.scope,
    subnetId,
    securityGroupIds: network.securityGroups,
    assignPublicAddress: network.assignPublicAddress,
    assignIpv6Address,
    description: arn.replace(/:task\/.*$/, `:attachment/${attachmentId}`),
    attachmentId,
    ownerId: arn,
  };
  try {
    return await dependencies.networkInterfaces.createNetworkInterface(transaction, request);
  } catch (thrown) {
    const refusal = refusalInEcsWords(thrown, request);
    if (refusal !== undefined) throw invalidParameter(refusal);
    throw thrown instanceof ServiceError ? clientException(thrown.message) : thrown;
  }
};

const checkRoles = async (transaction: Transaction, scope: Scope, { body }: EffectiveDefinition): Promise<void> => {
  for (const roleArn of new Set([body.taskRoleArn, body.executionRoleArn])) {
    if (roleArn !== undefined && !(await mayTasksAssume(transaction, scope, roleArn))) {
      throw roleNotAssumable(roleArn);
    }
  }
};

/** Machines serve every zone, so the subnets themselves are taken in turn, over all launches of the cluster. */
const inTurn = (subnets: readonly string[], before: number): readonly string[] => {
  const first = before % subnets.length;
  return [...subnets.slice(first), ...subnets.slice(0, first)];
};

const providersOf = (strategy: readonly StrategyItem[], count: number): readonly string[] =>
  [...splitByStrategy(count, strategy)].flatMap(([provider, share]) => Array<string>(share).fill(provider));

/**
 * Places and starts `count` tasks within one transaction: each gets an interface, a record and a workload,
 * or a failure where no machine has room. Throws ECS's errors, and then nothing is launched.
 */
export const launchTasks = async (
  transaction: Transaction,
  dependencies: EcsDependencies,
  launch: Launch,
): Promise<Launched> => {
  const { scope, cluster, definition, effective, request } = launch;
  const network = networkOf(request);
  await checkRoles(transaction, scope, effective);
  if (!(await areInOneVpc(transaction, network.subnets))) {
    throw invalidParameter("All subnets of a task must be in the same VPC.");
  }
  const ipv6Only = network.assignPublicAddress ? await ipv6OnlyAmong(transaction, network.subnets) : undefined;
  if (ipv6Only !== undefined) {
    throw invalidParameter(`A public IPv4 address cannot be assigned in ${ipv6Only}, which is an IPv6-only subnet.`);
  }
  const strategy = strategyOf(request, cluster);
  const count = request.count ?? 1;
  const architecture = effective.body.runtimePlatform?.cpuArchitecture === "ARM64" ? "ARM64" : "X86_64";
  const size = {
    cpuUnits: effective.cpuUnits,
    memoryMiB: effective.memoryMiB,
    ephemeralStorageGiB: effective.ephemeralStorageGiB,
  };
  const bandwidth = bandwidthOf({ ...definition.tags, ...tagsFrom(request.tags) });
  const key = clusterKey(scope, cluster.name);
  const before = await recordLaunch(transaction, key, count);
  await recordFamilyUse(transaction, key, definition, dependencies.clock.now());
  const dualStack = await effectiveSetting(transaction, scope, "dualStackIPv6", launch.principalArn);
  const providers = strategy && providersOf(strategy, count);
  const placed = await dependencies.compute.placeWorkloads(
    transaction,
    { count, size, architecture, isolation: dependencies.isolation },
    inTurn(network.subnets, before).map((name) => ({ name, workloads: 0 })),
  );
  const tasks: TaskRecord[] = [];
  const failures = Array.from({ length: placed.unplaced }, () => ({ reason: placed.reason }));
  for (const [index, { nodeId, zone: subnet }] of placed.placements.entries()) {
    const id = newWorkloadId();
    const arn = taskArn(scope, cluster.name, id);
    const withIpv6 = dualStack.value === "enabled";
    const created = await createInterface(transaction, dependencies, launch, arn, network, subnet, withIpv6);
    const provider = providers?.[index];
    const task: TaskRecord = {
      id,
      arn,
      clusterKey: key,
      clusterArn: cluster.arn,
      taskDefinitionArn: definition.arn,
      family: definition.family,
      launchType: "FARGATE",
      ...(provider === undefined ? {} : { capacityProviderName: provider }),
      cpu: String(size.cpuUnits),
      memory: String(size.memoryMiB),
      ephemeralStorageGiB: size.ephemeralStorageGiB,
      architecture,
      overrides: request.overrides ?? {},
      group: groupOf(request, definition.family),
      ...(request.startedBy === undefined ? {} : { startedBy: request.startedBy }),
      ...(request.enableExecuteCommand === true ? { enableExecuteCommand: true } : {}),
      tags: launchTags(request, definition, cluster),
      containers: (effective.body.containerDefinitions ?? []).map(
        ({ name = "", image = "", cpu = 0, memory, memoryReservation }) => ({
          name,
          arn: containerArn(scope, cluster.name, id, randomUUID()),
          image,
          cpu,
          ...(memory === undefined ? {} : { memory }),
          ...(memoryReservation === undefined ? {} : { memoryReservation }),
        }),
      ),
      networkInterface: { ...created.networkInterface, ...(bandwidth === undefined ? {} : { bandwidth }) },
      availabilityZone: created.availabilityZone,
      createdAt: dependencies.clock.now(),
      desiredStatus: "RUNNING",
      version: 1,
    };
    insertTask(transaction, task);
    await dependencies.compute.startWorkload(transaction, {
      ...scope,
      nodeId,
      workload: workloadFromTask(task, effective, dependencies.isolation),
    });
    tasks.push(task);
  }
  return { tasks, failures };
};
