import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ContainerSpec, createLogger, systemClock, type Workload } from "@fleetless/kernel";
import { sampleContainer, sampleWorkload } from "@fleetless/kernel/testing";
import { runCommand, tryCommand } from "../../../packages/node-agent/src/machine/run-command.ts";
import type { ContainerExit, ContainerRuntime } from "../../../packages/node-agent/src/runtime/contract.ts";
import {
  type ContainerRuntimeOptions,
  type CreatedContainerRuntime,
  createContainerRuntime,
} from "../../../packages/node-agent/src/runtime/create-runtime.ts";
import {
  buildImageLayout,
  type LayoutConfiguration,
  type LayoutFile,
} from "../../../packages/node-agent/src/runtime/images/build-layout.ts";

export const signal = new AbortController().signal;
const imageName = "docker.io/library/machine:latest";

/** Commands of the small test image, all of them busybox. */
const applets =
  "sh cat chmod chroot dd df echo env find free grep head hostname id kill ln ls mkdir mknod mount nc nproc printf ps pwd readlink sleep stat sync tail test touch tr true umount uname wc yes".split(
    " ",
  );

export const busyboxFiles: readonly LayoutFile[] = [
  { path: "bin" },
  { path: "bin/busybox", mode: 0o755, sourcePath: "/usr/bin/busybox" },
  ...applets.map((applet) => ({ path: `bin/${applet}`, linkTo: "busybox" })),
  { path: "etc" },
  { path: "etc/passwd", content: "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:app:/home/app:/bin/sh\n" },
  { path: "etc/group", content: "root:x:0:\napp:x:1001:\nextra:x:1002:app\n" },
  { path: "tmp", mode: 0o1777 },
  { path: "data", mode: 0o750, uid: 1000, gid: 1001 },
  { path: "data/seed", content: "from the image\n" },
];

export interface TaskOptions {
  readonly isolation?: "gvisor" | "runc";
  readonly containers: readonly (Partial<ContainerSpec> & { readonly script?: string })[];
  readonly cpuUnits?: number;
  readonly memoryMiB?: number;
  readonly storageGiB?: number;
  readonly volumes?: readonly string[];
}

const container = ({ script, ...declared }: TaskOptions["containers"][number]): ContainerSpec =>
  sampleContainer("app", {
    image: imageName,
    ...(script === undefined ? {} : { command: ["/bin/sh", "-c", script] }),
    ...declared,
  });

export const workloadOf = (options: TaskOptions): Workload =>
  sampleWorkload({
    size: {
      cpuUnits: options.cpuUnits ?? 2048,
      memoryMiB: options.memoryMiB ?? 512,
      ephemeralStorageGiB: options.storageGiB ?? 20,
    },
    isolation: options.isolation ?? "runc",
    containers: options.containers.map(container),
    volumes: (options.volumes ?? []).map((name) => ({ name })),
  });

export interface Outcome extends ContainerExit {
  readonly output: string;
}

type RuntimeSettings = Pick<ContainerRuntimeOptions, "insecureRegistries" | "registryLimits" | "unpackLimits">;

/** A runtime of its own, with namespaces made by hand, that leaves nothing behind. */
export class Machine {
  readonly directory: string;
  readonly instance: string;
  runtime: CreatedContainerRuntime;
  /** Namespaces whose interface was to be made whole again, as often as it was. */
  readonly restoredNetworks: string[] = [];
  readonly #namespaces = new Set<string>();

  private constructor(directory: string, instance: string, runtime: CreatedContainerRuntime) {
    this.directory = directory;
    this.instance = instance;
    this.runtime = runtime;
  }

  static async create(config: LayoutConfiguration = {}, options: RuntimeSettings = {}): Promise<Machine> {
    const directory = await mkdtemp(join(tmpdir(), "fleetless-runtime-"));
    const instance = `rt-${randomBytes(4).toString("hex")}`;
    const machine = new Machine(directory, instance, await Machine.#open(directory, instance, options));
    await machine.importFiles(busyboxFiles, imageName, config);
    return machine;
  }

  static #open(directory: string, instance: string, options: RuntimeSettings = {}): Promise<CreatedContainerRuntime> {
    return createContainerRuntime({
      ...options,
      dataDirectory: directory,
      stateDirectory: join(directory, "run"),
      instance,
      isolation: "auto",
      clock: systemClock,
      logger: createLogger("warn"),
      readyVolumes: 1,
      readyShims: 1,
    });
  }

  /** As after a restart of the agent: a new runtime on what the old one left running. */
  async reopen(): Promise<void> {
    await this.runtime.close({ purge: false });
    this.runtime = await Machine.#open(this.directory, this.instance);
  }

  async importFiles(files: readonly LayoutFile[], reference: string, config: LayoutConfiguration = {}): Promise<void> {
    const directory = await mkdtemp(join(this.directory, "layout-"));
    await buildImageLayout({ directory, reference, files, config });
    await this.runtime.importImage(directory);
    await rm(directory, { recursive: true });
  }

  /** Makes a task's sandbox, again where it has one. */
  async sandbox(workload: Workload): Promise<string> {
    const name = `rt-${workload.id.slice(0, 12)}`;
    if (!this.#namespaces.has(name)) await runCommand("ip", ["netns", "add", name]);
    this.#namespaces.add(name);
    await runCommand("ip", ["-n", name, "link", "set", "lo", "up"]);
    const request = {
      workload,
      networkNamespacePath: `/run/netns/${name}`,
      hostname: "ip-10-0-0-4",
      resolvConf: "nameserver 10.0.0.2\n",
      hosts: "127.0.0.1 localhost\n10.0.0.4 ip-10-0-0-4\n",
      restoreNetwork: async () => {
        this.restoredNetworks.push(name);
      },
    };
    await this.runtime.createSandbox(request, signal);
    return name;
  }

  /** Creates and starts one container of a task that has a sandbox. */
  async launch(workload: Workload, name = "app", attempt = 0): Promise<void> {
    const spec = workload.containers.find((candidate) => candidate.name === name);
    if (spec === undefined) throw new Error(`no container ${name}`);
    const image = await this.runtime.prepareImage(spec.image, signal);
    await this.runtime.createContainer(
      { workload, container: spec, image, attempt, injectedEnvironment: { INJECTED: "yes" } },
      signal,
    );
    await this.runtime.startContainer({ workloadId: workload.id, name }, signal);
  }

  /** Follows exits from the call on; the promise is of the first one of this container. */
  exitOf(workload: Workload, name = "app", runtime: ContainerRuntime = this.runtime): Promise<ContainerExit> {
    return new Promise((resolve) => {
      const stop = runtime.onExit((exit) => {
        if (exit.workloadId !== workload.id || exit.name !== name) return;
        stop();
        resolve(exit);
      });
    });
  }

  async output(workload: Workload, name = "app"): Promise<string> {
    return await readFile(this.runtime.outputPath({ workloadId: workload.id, name }), "utf8").catch(() => "");
  }

  /** Runs a task's containers in order, each to its end, and removes the task. */
  async run(options: TaskOptions): Promise<readonly Outcome[]> {
    const workload = workloadOf(options);
    await this.sandbox(workload);
    const outcomes: Outcome[] = [];
    for (const { name } of workload.containers) {
      const exit = this.exitOf(workload, name);
      await this.launch(workload, name);
      const ended = await exit;
      outcomes.push({ ...ended, output: await this.output(workload, name) });
    }
    await this.remove(workload);
    return outcomes;
  }

  async runOne(
    options: Omit<TaskOptions, "containers"> & Partial<ContainerSpec> & { readonly script?: string },
  ): Promise<Outcome> {
    const { isolation, cpuUnits, memoryMiB, storageGiB, volumes, ...declared } = options;
    const task = {
      ...(isolation === undefined ? {} : { isolation }),
      ...(cpuUnits === undefined ? {} : { cpuUnits }),
      ...(memoryMiB === undefined ? {} : { memoryMiB }),
      ...(storageGiB === undefined ? {} : { storageGiB }),
      ...(volumes === undefined ? {} : { volumes }),
    };
    const [outcome] = await this.run({ ...task, containers: [declared] });
    if (outcome === undefined) throw new Error("nothing ran");
    return outcome;
  }

  async remove(workload: Workload): Promise<void> {
    await this.runtime.destroySandbox(workload.id);
    const name = `rt-${workload.id.slice(0, 12)}`;
    this.#namespaces.delete(name);
    await tryCommand("ip", ["netns", "del", name]);
  }

  async close(): Promise<void> {
    await this.runtime.close({ purge: true });
    for (const name of this.#namespaces) await tryCommand("ip", ["netns", "del", name]);
    await rm(this.directory, { recursive: true, force: true });
  }
}

export const isolations = ["runc", "gvisor"] as const;
