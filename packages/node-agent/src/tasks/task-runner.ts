import { createTask, isOver, type Task } from "@fleetless/engine";
import {
  type Clock,
  type ControlPlaneSession,
  type DesiredUpdate,
  done,
  type Logger,
  type NodeDescription,
  type VpcId,
  type VpcSpec,
  type Workload,
  type WorkloadId,
  WorkQueue,
  workloadId,
} from "@fleetless/kernel";
import type { JournalEntry, TaskJournal } from "../journal/journal.ts";
import type { LogRouter } from "../logs/contract.ts";
import type { MetadataEndpoint } from "../metadata/contract.ts";
import type { TaskNetwork } from "../network/contract.ts";
import type { ContainerExit, ContainerRuntime, RegistryWay } from "../runtime/contract.ts";
import { AwakeMarks } from "./awake-marks.ts";
import { DesiredFollower } from "./desired-follower.ts";
import { exitDetails } from "./exit-details.ts";
import type { HookPorts } from "./hooks/hook.ts";
import { lookAround, removeRemains } from "./recovery.ts";
import { SecretRefresher } from "./secret-refresher.ts";
import { StatusReporter } from "./status-reporter.ts";
import { TaskLoop } from "./task-loop.ts";
import { UsageMeter } from "./usage-meter.ts";
import { VpcApplier } from "./vpc-applier.ts";

export interface TaskRunnerOptions {
  readonly session: ControlPlaneSession;
  readonly node: NodeDescription;
  readonly runtime: ContainerRuntime;
  readonly network: TaskNetwork;
  readonly logs: LogRouter;
  readonly metadata: MetadataEndpoint;
  readonly journal: TaskJournal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Set in every container besides what the metadata endpoint asks for. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Asked before a registry is that is not the control plane's; what it throws fails the pull. */
  readonly wayToRegistry?: (workload: Workload, image: string) => Promise<RegistryWay | undefined>;
}

export interface TaskRunner {
  /** Takes up what the journal and the machine hold, then follows the control plane. Throws where the machine cannot be read. */
  start(): Promise<void>;
  /** Resolves when nothing of the runner runs any more. The containers go on. The journal stays open. */
  stop(): Promise<void>;
  /** The state of every workload on this node. */
  tasks(): readonly Task[];
  /** A workload of this node, as it is desired. */
  workload(id: WorkloadId): Workload | undefined;
  /** A VPC as it is desired; undefined where it has not been described yet. */
  vpc(id: VpcId): VpcSpec | undefined;
}

const isRunning = ({ task }: TaskLoop): boolean => task.phase === "RUNNING";

class NodeTaskRunner implements TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #loops = new Map<WorkloadId, TaskLoop>();
  readonly #durable = new Map<WorkloadId, Promise<void>>();
  readonly #accepted = new Map<WorkloadId, number>();
  readonly #removed = new Set<WorkloadId>();
  /** Workloads of which something unknown is still being removed, and what is desired of them meanwhile. */
  readonly #orphans = new Map<WorkloadId, Workload | undefined>();
  readonly #vpcs: VpcApplier;
  readonly #reporter: StatusReporter;
  readonly #follower: DesiredFollower;
  readonly #ports: HookPorts;
  readonly #secrets: SecretRefresher;
  readonly #cleaning: WorkQueue;
  readonly #meter: UsageMeter;
  readonly #marks: AwakeMarks;
  #earlyExits: ContainerExit[] | undefined = [];
  #unsubscribe: (() => void) | undefined;

  constructor(options: TaskRunnerOptions) {
    const { clock, logger, network, node, runtime, session, journal } = options;
    this.#options = options;
    this.#vpcs = new VpcApplier(network, clock, logger);
    this.#reporter = new StatusReporter({
      session,
      nodeId: node.id,
      clock,
      logger,
      durable: (id) => this.#durable.get(id) ?? Promise.resolve(),
      accepted: (status) => {
        this.#accepted.set(status.id, status.sequence);
        this.#forgetIfOver(status.id);
      },
    });
    this.#follower = new DesiredFollower({ session, node, clock, logger, take: (update) => this.#take(update) });
    this.#ports = {
      runtime,
      network,
      logs: options.logs,
      metadata: options.metadata,
      vpcs: this.#vpcs,
      imageAccess: (workload, container) => session.imageAccess(workload, container),
      containerSecrets: (workload, container) => session.containerSecrets(workload, container),
      wayToRegistry: options.wayToRegistry ?? (async () => undefined),
      environment: options.environment ?? {},
      flushJournal: () => journal.flush(),
    };
    this.#secrets = new SecretRefresher({ session, runtime, clock, logger, tasks: () => this.tasks() });
    this.#meter = new UsageMeter({
      runtime,
      clock,
      logger,
      running: () => [...this.#loops.values()].filter(isRunning),
    });
    this.#marks = new AwakeMarks({
      journal,
      clock,
      logger,
      needed: () => [...this.#loops.values()].some(({ task }) => !isOver(task)),
    });
    this.#cleaning = new WorkQueue({
      name: "orphans",
      clock,
      logger,
      reconcile: async (key) => {
        await removeRemains(runtime, network, workloadId(key));
        this.#orphanGone(workloadId(key));
        return done;
      },
    });
  }

  async start(): Promise<void> {
    const { journal, network, runtime, logger } = this.#options;
    this.#unsubscribe = runtime.onExit((exit) => this.#exited(exit));
    const entries = journal.read();
    const findings = await lookAround(runtime, network, journal.lastAwake());
    for (const entry of entries) {
      const { id } = entry.task.workload;
      this.#adopt(entry).apply(findings.recoveryOf(id));
    }
    for (const id of findings.orphans(new Set(this.#loops.keys()))) {
      logger.warn({ workload: id }, "found on the machine but in no journal, removing it");
      this.#orphans.set(id, undefined);
      this.#cleaning.add(id);
    }
    const early = this.#earlyExits ?? [];
    this.#earlyExits = undefined;
    for (const exit of early) this.#exited(exit);
    this.#follower.start();
    this.#secrets.start();
    this.#meter.start();
    this.#marks.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await Promise.all([this.#follower.close(), this.#secrets.close(), this.#meter.close(), this.#marks.close()]);
    await Promise.all([...this.#loops.values()].map((loop) => loop.close()));
    await Promise.all([this.#vpcs.close(), this.#cleaning.close(), this.#reporter.close()]);
    await this.#options.journal.flush();
  }

  tasks(): readonly Task[] {
    return [...this.#loops.values()].map((loop) => loop.task);
  }

  workload(id: WorkloadId): Workload | undefined {
    return this.#loops.get(id)?.task.workload;
  }

  vpc(id: VpcId): VpcSpec | undefined {
    return this.#vpcs.desired(id);
  }

  #exited(exit: ContainerExit): void {
    if (this.#earlyExits !== undefined) {
      this.#earlyExits.push(exit);
      return;
    }
    const { workloadId: id, name, attempt } = exit;
    this.#loops.get(id)?.apply({ kind: "exited", container: name, attempt, ...exitDetails(exit) });
  }

  #take(update: DesiredUpdate): void {
    this.#vpcs.follow(update);
    for (const workload of update.workloads) this.#want(workload);
    const named = new Set(update.workloads.map((workload) => workload.id));
    const gone = update.complete ? [...this.#loops.keys()].filter((id) => !named.has(id)) : update.removedWorkloads;
    for (const id of gone) this.#remove(id);
  }

  #want(workload: Workload): void {
    const loop = this.#loops.get(workload.id);
    if (loop !== undefined) {
      this.#removed.delete(workload.id);
      if (workload.revision > loop.task.workload.revision) loop.apply({ kind: "desired", workload });
    } else if (this.#orphans.has(workload.id)) {
      this.#orphans.set(workload.id, workload);
    } else {
      this.#accept(workload);
    }
  }

  #accept(workload: Workload): void {
    const { clock, journal, runtime } = this.#options;
    const isolation = workload.isolation === "auto" ? runtime.isolation.automatic : workload.isolation;
    const task = createTask(workload, isolation, clock.now());
    this.#adopt({ task, equipment: { images: {} } }).wake();
    // The launch does not wait for this sync, only the first report does.
    queueMicrotask(() => {
      const flushed = journal.flush().finally(() => this.#durable.delete(workload.id));
      flushed.catch(() => undefined);
      this.#durable.set(workload.id, flushed);
    });
  }

  #adopt(entry: JournalEntry): TaskLoop {
    const { clock, journal, logger, node } = this.#options;
    const loop = new TaskLoop(entry, {
      nodeId: node.id,
      ports: this.#ports,
      journal,
      clock,
      logger,
      report: (status) => this.#reporter.submit(status),
    });
    this.#loops.set(entry.task.workload.id, loop);
    return loop;
  }

  /** The record is gone: what still runs is stopped, and then nothing is kept of it. */
  #remove(id: WorkloadId): void {
    if (this.#orphans.has(id)) this.#orphans.set(id, undefined);
    const loop = this.#loops.get(id);
    if (loop === undefined) return;
    this.#removed.add(id);
    const { workload } = loop.task;
    if (!isOver(loop.task) && workload.desiredStatus === "RUNNING") {
      const stop = { code: "UserInitiated", reason: "The task's record was removed" } as const;
      const stopped: Workload = { ...workload, revision: workload.revision + 1, desiredStatus: "STOPPED", stop };
      loop.apply({ kind: "desired", workload: stopped });
    }
    this.#forgetIfOver(id);
  }

  #forgetIfOver(id: WorkloadId): void {
    const loop = this.#loops.get(id);
    if (loop === undefined || !this.#removed.has(id) || !isOver(loop.task)) return;
    if ((this.#accepted.get(id) ?? -1) < loop.status.sequence) return;
    this.#loops.delete(id);
    this.#removed.delete(id);
    this.#accepted.delete(id);
    this.#reporter.forget(id);
    this.#options.journal.remove(id);
  }

  #orphanGone(id: WorkloadId): void {
    const wanted = this.#orphans.get(id);
    this.#orphans.delete(id);
    if (wanted !== undefined) this.#accept(wanted);
  }
}

/** The task runner of one machine: it brings what the control plane desires to what runs, and reports what it sees. */
export const createTaskRunner = (options: TaskRunnerOptions): TaskRunner => new NodeTaskRunner(options);
