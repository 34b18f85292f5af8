import { createHash } from "node:crypto";
import { type WorkloadId, workloadId } from "@fleetless/kernel";
import type { ContainerKey } from "./contract.ts";

export const containerLabels = {
  workload: "fleetless/workload",
  container: "fleetless/container",
  attempt: "fleetless/attempt",
  /** In place of the others, on the container that holds a sandbox open. */
  sandbox: "fleetless/sandbox",
} as const;

/** With which the names of sessions' commands begin, and those of their files. */
export const sessionExecPrefix = "session-";

/** `<task id>-<ten digits>`, as Fargate shows it; the same for every restart of the container. */
export const runtimeIdOf = (key: ContainerKey): string => {
  const digits =
    createHash("sha256").update(`${key.workloadId} ${key.name}`).digest().readUIntBE(0, 6) % 10_000_000_000;
  return `${key.workloadId}-${String(digits).padStart(10, "0")}`;
};

/** containerd's name for one attempt of a container. */
export const containerIdOf = (key: ContainerKey, attempt: number): string =>
  attempt === 0 ? runtimeIdOf(key) : `${runtimeIdOf(key)}-${attempt}`;

export interface LabelledContainer extends ContainerKey {
  readonly attempt: number;
}

export const readLabels = (labels: Readonly<Record<string, string>>): LabelledContainer | undefined => {
  const id = labels[containerLabels.workload];
  const name = labels[containerLabels.container];
  if (id === undefined || name === undefined) return undefined;
  return { workloadId: workloadId(id), name, attempt: Number(labels[containerLabels.attempt] ?? 0) };
};

export const keyText = (key: { readonly workloadId: WorkloadId; readonly name: string }): string =>
  `${key.workloadId}/${key.name}`;
