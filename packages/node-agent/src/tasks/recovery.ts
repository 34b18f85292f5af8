import type { Outcome } from "@fleetless/engine";
import type { WorkloadId } from "@fleetless/kernel";
import type { TaskNetwork } from "../network/contract.ts";
import type { ContainerRuntime, FoundContainer } from "../runtime/contract.ts";
import { exitDetails } from "./exit-details.ts";

/** What the machine held when the agent came up. */
export interface Findings {
  /** What there is of one workload, in the form in which its lifecycle takes it. */
  recoveryOf(id: WorkloadId): Outcome;
  /** Workloads of which something is there but no entry in the journal. */
  orphans(journaled: ReadonlySet<WorkloadId>): readonly WorkloadId[];
}

const toFoundState = ({ name, attempt, state, startedAt, exit }: FoundContainer) => ({
  name,
  attempt,
  state,
  ...(startedAt === undefined ? {} : { startedAt }),
  ...(exit === undefined ? {} : { exit: exitDetails(exit) }),
});

/** `awakeUntil`: when an agent last said that it was there, in milliseconds since the Unix epoch. */
export const lookAround = async (
  runtime: ContainerRuntime,
  network: TaskNetwork,
  awakeUntil: number | undefined,
): Promise<Findings> => {
  const [{ sandboxes, containers }, namespaces] = await Promise.all([runtime.find(), network.find()]);
  return {
    recoveryOf: (id) => ({
      kind: "recovered",
      ...(awakeUntil === undefined ? {} : { awakeUntil }),
      network: namespaces.includes(id),
      sandbox: sandboxes.includes(id),
      containers: containers.filter((container) => container.workloadId === id).map(toFoundState),
    }),
    orphans: (journaled) => {
      const found = new Set([...sandboxes, ...namespaces, ...containers.map((container) => container.workloadId)]);
      return [...found].filter((id) => !journaled.has(id));
    },
  };
};

/** Takes away what is left of a workload: first what runs, then its interface. May be repeated. */
export const removeRemains = async (runtime: ContainerRuntime, network: TaskNetwork, id: WorkloadId): Promise<void> => {
  await runtime.destroySandbox(id);
  await network.detach(id);
};
