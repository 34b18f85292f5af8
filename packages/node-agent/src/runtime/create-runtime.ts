import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Clock, type Logger, messageOf, type ProcessRequest } from "@fleetless/kernel";
import type { RegistryLimits } from "@fleetless/oci";
import { Quiet } from "../machine/quiet.ts";
import { resourceCeiling } from "../machine/resource-ceiling.ts";
import { purgeRuntime } from "../purge/purge-runtime.ts";
import { readHierarchy } from "./cgroups/hierarchy.ts";
import { ContainerLauncher } from "./container-launcher.ts";
import { ContainerdRuntime } from "./container-runtime.ts";
import { Bundles } from "./containerd/bundles.ts";
import { ContainerdClient } from "./containerd/client.ts";
import { containerdLog, type Daemon, ensureDaemon } from "./containerd/daemon.ts";
import { ExitStream } from "./containerd/exit-stream.ts";
import { limitLog } from "./containerd/limit-log.ts";
import { Tasks } from "./containerd/tasks.ts";
import type { ContainerRuntime } from "./contract.ts";
import { makeDirectories, terminalLogger, writeTerminalLogger } from "./directories.ts";
import { ExitWatch } from "./exit-watch.ts";
import { ImageStore } from "./images/image-store.ts";
import { Images, type ImportedImage, type ImportOptions } from "./images/images.ts";
import { RegistryPuller } from "./images/registry-puller.ts";
import type { UnpackLimits } from "./images/unpack-guard.ts";
import type { IsolationDriver, IsolationName } from "./isolation/driver.ts";
import { GvisorIsolation } from "./isolation/gvisor.ts";
import { probeGvisor } from "./isolation/gvisor-probe.ts";
import { RuncIsolation } from "./isolation/runc.ts";
import { ShimGroups } from "./isolation/shim-groups.ts";
import { ShimPool } from "./isolation/shim-pool.ts";
import { LiveContainers } from "./live-containers.ts";
import { prepareManagedAgent } from "./managed-agent.ts";
import { Sandboxes } from "./sandboxes.ts";
import type { SessionProcess } from "./session-process.ts";
import { SessionProcesses } from "./session-processes.ts";
import { VolumeStore } from "./storage/ephemeral-volume.ts";
import { ImageRoots } from "./storage/image-root.ts";
import { SandboxRecords } from "./storage/sandbox-records.ts";
import { SecretVault } from "./storage/secret-vault.ts";

export interface ContainerRuntimeOptions {
  readonly dataDirectory: string;
  readonly stateDirectory: string;
  /** Names the containerd namespace and the control group; lower-case letters, digits and hyphens. */
  readonly instance: string;
  /** The socket of a containerd that is not ours; without it, one of our own is started. */
  readonly containerdAddress?: string;
  readonly isolation: "auto" | "gvisor" | "runc";
  readonly clock: Clock;
  readonly logger: Logger;
  /** Registries, as `host` or `host:port`, that are spoken to without TLS; loopback ones always are. */
  readonly insecureRegistries?: readonly string[];
  readonly registryLimits?: RegistryLimits;
  /** How many volumes of the default size are kept ready for tasks to come; default 4. */
  readonly readyVolumes?: number;
  /** How many shims are kept ready for tasks to come; default 2. Each holds about 10 MiB. */
  readonly readyShims?: number;
  /** What an image may become on disk. */
  readonly unpackLimits?: UnpackLimits;
  /** Shared with whatever else launches wait for on this machine. */
  readonly quiet?: Quiet;
}

export interface CreatedContainerRuntime extends ContainerRuntime {
  /** Imports an OCI archive, a docker archive or an OCI layout directory. */
  importImage(path: string, options?: Partial<ImportOptions>): Promise<readonly ImportedImage[]>;
  imageNames(): Promise<readonly string[]>;
  /** Runs a command inside a container for a session. Throws an Error with a sentence for users. */
  startProcess(request: Omit<ProcessRequest, "id">): Promise<SessionProcess>;
  /**
   * Lets go of containerd, which with the tasks in it runs on. With `purge`, every task, process, mount, control
   * group and file of this runtime is removed.
   */
  close(options: { readonly purge: boolean }): Promise<void>;
}

const defaultStorageGiB = 20;

/** How often, a quarter of a minute apart, shims are looked for that a containerd which was killed has left behind. */
const orphanLooks = 4;

const initCandidates = ["/usr/bin/tini-static", "/sbin/tini-static"];

/** The container runtime of one instance on this machine. Needs root. */
export const createContainerRuntime = async (options: ContainerRuntimeOptions): Promise<CreatedContainerRuntime> => {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(options.instance))
    throw new TypeError(`An instance's name has 1 to 40 lower-case letters, digits and hyphens: ${options.instance}`);
  if (process.getuid?.() !== 0) throw new Error("The container runtime needs root");
  const { clock, logger, quiet = new Quiet() } = options;
  const namespace = `fleetless-${options.instance}`;
  const directories = makeDirectories(options.dataDirectory, options.stateDirectory);
  writeTerminalLogger(directories);
  prepareManagedAgent(directories.managedAgent);
  const hierarchy = readHierarchy();
  const gvisor = probeGvisor(join(directories.containerdRoot, "..", "gvisor-probe.json"), directories.state);
  const ensureOwnDaemon = async (): Promise<Daemon | undefined> =>
    options.containerdAddress !== undefined
      ? undefined
      : await ensureDaemon({
          rootDirectory: directories.containerdRoot,
          stateDirectory: directories.state,
          namespace,
          shimDirectory: directories.shims,
          volatileDirectory: vault.directory,
        });
  const vault = new SecretVault(join(directories.state, "secrets"));
  await vault.open();
  const daemon = await ensureOwnDaemon();
  const client = new ContainerdClient(daemon?.address ?? options.containerdAddress ?? "", namespace);
  const bundles =
    daemon === undefined
      ? undefined
      : new Bundles({
          rootDirectory: directories.containerdRoot,
          stateDirectory: directories.state,
          namespace,
          runcDirectory: join(directories.state, "runc"),
        });
  const tasks = new Tasks(client, bundles);
  const volumes = new VolumeStore({
    directory: directories.storage,
    logger,
    quiet,
    ready: options.readyVolumes ?? 4,
    defaultSizeGiB: defaultStorageGiB,
  });
  const imageRoots = new ImageRoots(directories.images);
  const records = new SandboxRecords(directories.sandboxes);
  const store = new ImageStore(client, options.unpackLimits);
  const { insecureRegistries = [], registryLimits: limits } = options;
  const puller = new RegistryPuller({ store, insecureRegistries, limits });
  const images = new Images({ store, puller, importDirectory: directories.imports, logger });
  const shims =
    daemon === undefined
      ? undefined
      : new ShimPool({
          directory: directories.shims,
          namespace,
          containerdAddress: daemon.address,
          volatileDirectory: vault.directory,
          ready: options.readyShims ?? 2,
          quiet,
          logger,
        });
  const groups = new ShimGroups(tasks, shims);
  const live = new LiveContainers();
  const drivers = new Map<IsolationName, IsolationDriver>();
  drivers.set("runc", new RuncIsolation({ hierarchy, stateDirectory: directories.state, vault: vault.directory }));
  const probe = await gvisor;
  if (probe.works) {
    const { stateDirectory, platform } = { stateDirectory: directories.state, platform: probe.platform };
    drivers.set(
      "gvisor",
      new GvisorIsolation({
        hierarchy,
        stateDirectory,
        platform,
        tasks,
        groups,
        records,
        vault: vault.directory,
        logger,
      }),
    );
  } else {
    logger.info({ reason: probe.reason }, "gVisor does not work here");
    if (options.isolation === "gvisor") throw new Error(`gVisor does not work on this machine: ${probe.reason}`);
  }
  const automatic: IsolationName = options.isolation === "runc" || !probe.works ? "runc" : "gvisor";
  const isolation = { automatic, available: [...drivers.keys()] };
  const sandboxes = new Sandboxes({
    records,
    volumes,
    hierarchy,
    cgroupRoot: namespace,
    outputDirectory: directories.output,
    drivers,
    automatic: isolation.automatic,
    logger,
  });
  const watch = new ExitWatch({ list: () => tasks.list(), live, sandboxes, hierarchy, clock, logger });
  const launcher = new ContainerLauncher({
    tasks,
    groups,
    live,
    sandboxes,
    images,
    imageRoots,
    records,
    vault,
    initPath: initCandidates.find(existsSync),
    ceiling: resourceCeiling(),
    managedAgentDirectory: directories.managedAgent,
    logger,
    outputUri: ({ workload, container }) => {
      const path = runtime.outputPath({ workloadId: workload.id, name: container.name });
      return container.pseudoTerminal
        ? `binary://${terminalLogger(directories)}?file=${encodeURIComponent(path)}`
        : `file://${path}`;
    },
  });
  const runtime = new ContainerdRuntime({
    tasks,
    groups,
    live,
    watch,
    sandboxes,
    launcher,
    images,
    volumes,
    records,
    vault,
    hierarchy,
    isolation,
    outputDirectory: directories.output,
    clock,
    logger,
    quiet,
  });
  let looksForOrphans = 0;
  const removeAbandonedPulls = (): Promise<void> =>
    store.leases.removeAbandoned().catch((thrown: unknown) => {
      logger.warn({ error: messageOf(thrown) }, "what is left of broken-off pulls stays for now");
    });
  const exits = new ExitStream({
    client,
    namespace,
    clock,
    logger,
    onLost: async () => {
      const now = await ensureOwnDaemon();
      if (now?.reused === false) logger.warn({ pid: now.pid }, "containerd had ended and was started again");
      looksForOrphans = orphanLooks;
    },
    onExit: (exit) => watch.announced(exit),
    onDoubt: async () => {
      if (daemon !== undefined) limitLog(containerdLog(directories.state));
      await watch.lookRound();
      if (looksForOrphans === 0) return;
      looksForOrphans -= 1;
      await Promise.all([groups.removeOrphans(), removeAbandonedPulls()]);
    },
  });
  const sessionProcesses = new SessionProcesses({
    tasks,
    live,
    sandboxes,
    records,
    vault,
    images: store,
    imageRoots,
    logger,
  });
  await runtime.find();
  await sessionProcesses.removeOthers();
  const claimed = await records.list();
  await volumes.removeOthers(new Set(claimed.map((record) => record.volume)));
  volumes.fill();
  await groups.removeOrphans();
  shims?.fill();
  removeAbandonedPulls();

  const close = async ({ purge }: { readonly purge: boolean }): Promise<void> => {
    if (purge && daemon === undefined) {
      const { sandboxes, containers } = await runtime.find();
      const ids = new Set([...sandboxes, ...containers.map((container) => container.workloadId)]);
      await Promise.all([...ids].map((id) => runtime.destroySandbox(id)));
    }
    await exits.close();
    await watch.close();
    await shims?.close();
    await volumes.close();
    client.close();
    if (!purge) return;
    const { dataDirectory, stateDirectory, instance } = options;
    await purgeRuntime({ dataDirectory, stateDirectory, instance });
  };

  return Object.assign(runtime, {
    importImage: (path: string, settings: Partial<ImportOptions> = {}) =>
      images.import(path, { signal: new AbortController().signal, ...settings }),
    imageNames: () => images.names(),
    startProcess: (request: Omit<ProcessRequest, "id">) => sessionProcesses.start(request),
    close,
  });
};
