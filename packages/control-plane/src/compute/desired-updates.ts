import {
  type Clock,
  type DesiredUpdate,
  type NetworkInterfaceId,
  type NodeId,
  ServiceError,
  type VpcId,
  type VpcInterfacesUpdate,
  type VpcSpec,
  vpcId,
  type WorkloadId,
  workloadId,
} from "@fleetless/kernel";
import { type Change, FeedTruncatedError, type ReadTransaction, type Store } from "../state/store.ts";
import { nodes, nodeVpcs, workloads } from "./collections.ts";
import { nextCommit } from "./next-commit.ts";
import type { VpcSource } from "./vpc-source.ts";

const pageSize = 1_000;
/** Where more interfaces of a VPC changed, it is read whole: one long list is faster than many short ones. */
const mostInterfaces = 100;
/** How long a node waits for news before it gets an empty answer, in milliseconds. */
export const longestWait = 20_000;

export interface DesiredDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly vpcs: VpcSource;
}

/** What the changes touched that a node may have to hear of. */
interface Touched {
  readonly workloads: ReadonlySet<WorkloadId>;
  readonly vpcs: ReadonlySet<VpcId>;
  /** Where nothing else of a VPC was touched. */
  readonly interfaces: ReadonlyMap<VpcId, ReadonlySet<NetworkInterfaceId>>;
}

const touchedBy = (changes: readonly Change[], node: NodeId, source: VpcSource): Touched => {
  const touchedWorkloads = new Set<WorkloadId>();
  const whole = new Set<VpcId>();
  const interfaces = new Map<VpcId, Set<NetworkInterfaceId>>();
  for (const change of changes) {
    if (change.collection === workloads.name && change.key.startsWith(`${node}/`)) {
      touchedWorkloads.add(workloadId(change.key.slice(node.length + 1)));
    } else if (change.collection === nodeVpcs.name && change.key.startsWith(`${node}/`)) {
      whole.add(vpcId(change.key.slice(node.length + 1)));
    } else {
      const id = source.vpcChangedBy(change);
      if (id === undefined) continue;
      const member = source.interfaceChangedBy(change);
      if (member === undefined) whole.add(id);
      else interfaces.set(id, (interfaces.get(id) ?? new Set()).add(member));
    }
  }
  for (const id of whole) interfaces.delete(id);
  return { workloads: touchedWorkloads, vpcs: whole, interfaces };
};

/** Undefined where the VPC is gone. */
const unlessGone = async <Value>(reading: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await reading;
  } catch (thrown) {
    if (thrown instanceof ServiceError && thrown.code === "InvalidVpcID.NotFound") return undefined;
    throw thrown;
  }
};

/** The whole state of a node. Workloads that have ended and given their capacity back are not wanted any more. */
const readComplete = async (dependencies: DesiredDependencies, node: NodeId): Promise<DesiredUpdate> => {
  const cursor = await dependencies.store.latestSequence();
  return dependencies.store.read(async (transaction) => {
    if ((await transaction.get(nodes, node)) === undefined) {
      throw new Error(`The node ${node} is not registered: it must register before it asks what is desired.`);
    }
    const records = await transaction.list(workloads, { index: { name: "unreleased", value: node } });
    const assigned = await transaction.list(nodeVpcs, { prefix: `${node}/` });
    const specs: VpcSpec[] = [];
    for (const { document } of assigned) {
      const spec = await unlessGone(dependencies.vpcs.readVpcSpec(transaction, document.vpcId));
      if (spec !== undefined) specs.push(spec);
    }
    return {
      cursor: String(cursor),
      complete: true,
      workloads: records.map(({ document }) => document.workload),
      removedWorkloads: [],
      vpcs: specs,
      vpcInterfaces: [],
      removedVpcs: [],
    };
  });
};

const readTouched = (
  dependencies: DesiredDependencies,
  node: NodeId,
  cursor: number,
  touched: Touched,
): Promise<DesiredUpdate> =>
  dependencies.store.read(async (transaction) => {
    const wanted: DesiredUpdate["workloads"][number][] = [];
    const removedWorkloads: WorkloadId[] = [];
    for (const id of touched.workloads) {
      const record = await transaction.get(workloads, `${node}/${id}`);
      if (record === undefined) removedWorkloads.push(id);
      else if (!record.released) wanted.push(record.workload);
    }
    return {
      cursor: String(cursor),
      complete: false,
      workloads: wanted,
      removedWorkloads,
      ...(await readTouchedVpcs(transaction, dependencies.vpcs, node, touched)),
    };
  });

type VpcUpdates = Pick<DesiredUpdate, "vpcs" | "vpcInterfaces" | "removedVpcs">;

const readTouchedVpcs = async (
  transaction: ReadTransaction,
  source: VpcSource,
  node: NodeId,
  touched: Touched,
): Promise<VpcUpdates> => {
  const specs: VpcSpec[] = [];
  const vpcInterfaces: VpcInterfacesUpdate[] = [];
  const removedVpcs: VpcId[] = [];
  for (const id of new Set([...touched.vpcs, ...touched.interfaces.keys()])) {
    if ((await transaction.get(nodeVpcs, `${node}/${id}`)) === undefined) continue;
    const interfaces = touched.interfaces.get(id);
    const some =
      interfaces === undefined || interfaces.size > mostInterfaces
        ? undefined
        : await unlessGone(source.readVpcInterfaces(transaction, id, interfaces));
    const spec = some === undefined ? await unlessGone(source.readVpcSpec(transaction, id)) : undefined;
    if (some !== undefined) vpcInterfaces.push(some);
    else if (spec !== undefined) specs.push(spec);
    else removedVpcs.push(id);
  }
  return { vpcs: specs, vpcInterfaces, removedVpcs };
};

/**
 * The update without interfaces of VPCs that the node was never told of: it was given them behind the changes that were
 * read, and before their state was. All of such a VPC is told with the changes to come.
 */
const withoutUntold = async (store: Store, node: NodeId, update: DesiredUpdate): Promise<DesiredUpdate> => {
  if (update.vpcInterfaces.length === 0) return update;
  const given = new Set<string>();
  for (let position = Number(update.cursor), read = pageSize; read === pageSize; ) {
    const changes = await store.changes(position, pageSize);
    for (const { collection, key } of changes) if (collection === nodeVpcs.name) given.add(key);
    position = changes.at(-1)?.sequence ?? position;
    read = changes.length;
  }
  return { ...update, vpcInterfaces: update.vpcInterfaces.filter(({ vpcId: id }) => !given.has(`${node}/${id}`)) };
};

const isEmpty = (update: DesiredUpdate): boolean =>
  [update.workloads, update.removedWorkloads, update.vpcs, update.vpcInterfaces, update.removedVpcs].every(
    ({ length }) => length === 0,
  );

/**
 * What a node must know: everything without a cursor or with one that is too old, else what changed behind
 * the cursor, as soon as there is something.
 */
export const readDesired = async (
  dependencies: DesiredDependencies,
  node: NodeId,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<DesiredUpdate> => {
  if (cursor === undefined || !/^\d{1,15}$/.test(cursor)) return readComplete(dependencies, node);
  const until = dependencies.clock.now() + longestWait;
  let position = Number(cursor);
  try {
    for (;;) {
      signal.throwIfAborted();
      const remaining = until - dependencies.clock.now();
      const commit = nextCommit(dependencies, Math.max(0, remaining), signal);
      try {
        const changes = await dependencies.store.changes(position, pageSize);
        position = changes.at(-1)?.sequence ?? position;
        const touched = touchedBy(changes, node, dependencies.vpcs);
        const relevant = touched.workloads.size + touched.vpcs.size + touched.interfaces.size > 0;
        const read = relevant ? await readTouched(dependencies, node, position, touched) : undefined;
        const update = read === undefined ? undefined : await withoutUntold(dependencies.store, node, read);
        if (update !== undefined && !isEmpty(update)) return update;
        if (changes.length === pageSize) continue;
        if (remaining <= 0) break;
        await commit.woken;
      } finally {
        commit.stop();
      }
    }
  } catch (thrown) {
    if (thrown instanceof FeedTruncatedError) return readComplete(dependencies, node);
    throw thrown;
  }
  return {
    cursor: String(position),
    complete: false,
    workloads: [],
    removedWorkloads: [],
    vpcs: [],
    vpcInterfaces: [],
    removedVpcs: [],
  };
};
