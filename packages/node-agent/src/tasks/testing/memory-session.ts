import type {
  ControlPlaneSession,
  DesiredUpdate,
  VpcSpec,
  Workload,
  WorkloadId,
  WorkloadStatus,
} from "@fleetless/kernel";
import { sampleVpc } from "./sample-workload.ts";

const notServed = async (): Promise<never> => {
  throw new Error("the session in memory gives neither credentials nor logs nor commands");
};

/** The other end of the node protocol in memory: where the world of the task runner ends towards the control plane. */
export class MemorySession implements ControlPlaneSession {
  readonly workloads = new Map<WorkloadId, Workload>();
  readonly reports: WorkloadStatus[] = [];
  away = false;
  registered = 0;
  readonly #vpcs: readonly VpcSpec[];
  #version = 0;
  #wake: (() => void)[] = [];

  constructor(vpcs: readonly VpcSpec[] = [sampleVpc]) {
    this.#vpcs = vpcs;
  }

  want(workload: Workload): void {
    this.workloads.set(workload.id, workload);
    this.changed();
  }

  stopTask(id: WorkloadId): void {
    const workload = this.workloads.get(id);
    if (workload === undefined) throw new Error(`no workload ${id}`);
    const stop = { code: "UserInitiated", reason: "Task stopped by user" } as const;
    this.want({ ...workload, revision: workload.revision + 1, desiredStatus: "STOPPED", stop });
  }

  forget(id: WorkloadId): void {
    this.workloads.delete(id);
    this.changed();
  }

  changed(): void {
    this.#version += 1;
    for (const wake of this.#wake.splice(0)) wake();
  }

  latest(id: WorkloadId): WorkloadStatus | undefined {
    return this.reports.findLast((status) => status.id === id);
  }

  async register(): Promise<void> {
    this.#refuseWhenAway();
    this.registered += 1;
  }

  async heartbeat(): Promise<void> {
    this.#refuseWhenAway();
  }

  readonly hostedZones = notServed;

  async desired(_id: unknown, cursor: string | undefined, signal: AbortSignal): Promise<DesiredUpdate> {
    this.#refuseWhenAway();
    if (cursor === String(this.#version)) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        signal.addEventListener("abort", () => resolve());
      });
      this.#refuseWhenAway();
    }
    return {
      cursor: String(this.#version),
      complete: true,
      workloads: [...this.workloads.values()],
      removedWorkloads: [],
      vpcs: this.#vpcs,
      vpcInterfaces: [],
      removedVpcs: [],
    };
  }

  async report(_id: unknown, statuses: readonly WorkloadStatus[]): Promise<void> {
    this.#refuseWhenAway();
    this.reports.push(...statuses);
  }

  readonly credentials = notServed;
  readonly createLogStream = notServed;
  readonly imageAccess = async () => ({ ok: true, value: { kind: "elsewhere" } }) as const;
  readonly warmImages = notServed;
  readonly warmImageAccess = notServed;
  readonly containerSecrets = async () => ({ ok: true, value: { environment: [], files: [] } }) as const;
  readonly secretsVersion = async () => "";
  readonly putLogEvents = notServed;
  readonly putFlowRecords = notServed;
  readonly processRequests = notServed;
  readonly openProcess = notServed;
  readonly taskProtection = notServed;

  #refuseWhenAway(): void {
    if (this.away) throw new Error("connection refused");
  }
}
