import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Logger, messageOf } from "@fleetless/kernel";
import { runCommand } from "../machine/run-command.ts";
import { containerIdOf, containerLabels, runtimeIdOf } from "./container-ids.ts";
import { containerdMessage, isAlreadyExists } from "./containerd/client.ts";
import type { Tasks } from "./containerd/tasks.ts";
import { type ContainerRequest, RuntimeError } from "./contract.ts";
import type { UnpackedImage } from "./images/image-store.ts";
import type { Images } from "./images/images.ts";
import type { RuntimePlan } from "./isolation/driver.ts";
import type { GroupedTask, ShimGroups } from "./isolation/shim-groups.ts";
import type { LiveContainers } from "./live-containers.ts";
import { managedAgentMount } from "./managed-agent.ts";
import type { Sandboxes } from "./sandboxes.ts";
import { containerSpec } from "./spec/container-spec.ts";
import { resolveUser } from "./spec/user.ts";
import type { ImageRoots } from "./storage/image-root.ts";
import { ownTmp } from "./storage/own-tmp.ts";
import type { SandboxRecord, SandboxRecords } from "./storage/sandbox-records.ts";
import type { SecretVault } from "./storage/secret-vault.ts";
import { declaredVolumes, prepareVolumes } from "./storage/volumes.ts";

export interface LauncherOptions {
  readonly tasks: Tasks;
  readonly groups: ShimGroups;
  readonly live: LiveContainers;
  readonly sandboxes: Sandboxes;
  readonly images: Images;
  readonly imageRoots: ImageRoots;
  readonly records: SandboxRecords;
  readonly vault: SecretVault;
  /** A static init on this machine, for initProcessEnabled. */
  readonly initPath: string | undefined;
  readonly ceiling: ReadonlyMap<string, number>;
  /** What containers see that allow sessions. */
  readonly managedAgentDirectory: string;
  readonly logger: Logger;
  /** Where containerd is told to send the output that belongs into a file. */
  readonly outputUri: (request: ContainerRequest) => string;
}

/** The runtime's own complaint of what it was given, which it would repeat; not that it was killed or cut off. */
const isOfItsOwnMaking = (message: string): boolean =>
  /OCI runtime create failed/.test(message) &&
  !/signal: killed|already exists|unexpected EOF|unable to freeze|no such process|process exited/i.test(message);

/** Turns a container's definition into a created task of containerd. */
export class ContainerLauncher {
  readonly #options: LauncherOptions;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  async create(request: ContainerRequest, signal: AbortSignal): Promise<{ readonly runtimeId: string }> {
    const { workload, container, attempt } = request;
    const { live, sandboxes, images, imageRoots, records, vault, logger, outputUri } = this.#options;
    const key = { workloadId: workload.id, name: container.name };
    const record = sandboxes.get(workload.id);
    if (record === undefined)
      throw new RuntimeError("CannotCreateContainerError", `task ${workload.id} has no sandbox on this machine`);
    const id = containerIdOf(key, attempt);
    const runtimeId = runtimeIdOf(key);
    const image = await images.unpacked(request.image);
    const plan = await this.#plan(request, record, image, id);
    if (request.secrets !== undefined) vault.keepSpec(id, plan.spec);
    const layers = this.#layers(record, container);
    mkdirSync(join(layers, "upper"), { recursive: true, mode: 0o755 });
    mkdirSync(join(layers, "work"), { recursive: true, mode: 0o700 });
    const lower = image.lowerDirectories.length > 0 ? image.lowerDirectories : [await imageRoots.root(image)];
    const options = [`lowerdir=${lower.join(":")}`, `upperdir=${layers}/upper`, `workdir=${layers}/work`];
    const task = {
      id,
      workloadId: workload.id,
      labels: {
        [containerLabels.workload]: workload.id,
        [containerLabels.container]: container.name,
        [containerLabels.attempt]: String(attempt),
      },
      options: plan.options,
      spec: plan.spec,
      rootfs: [{ type: "overlay", source: "overlay", options }],
      output: outputUri(request),
      ...(await this.#input(request)),
    };
    const file = {
      name: container.name,
      attempt,
      process: plan.spec.process,
      image: request.image.reference,
      ...(container.memoryMiB === undefined ? {} : { memoryMiB: container.memoryMiB }),
    };
    const made = live.begin({ ...key, attempt, containerId: id });
    made.pid = await this.#make(task, signal, (shimGroup) =>
      records.writeContainer(workload.id, id, { ...file, shimGroup }),
    );
    sandboxes.reserveLayers(record, image, () =>
      logger.warn(
        { task: workload.id, image: image.prepared.reference },
        "the image's layers fill the ephemeral storage",
      ),
    );
    return { runtimeId };
  }

  /** Makes containerd's container, or takes the one that is there and was never started; answers its first process. */
  async #make(task: GroupedTask, signal: AbortSignal, onGroup: (shimGroup: string) => void): Promise<number> {
    const { tasks, groups } = this.#options;
    try {
      try {
        return await groups.create(task, signal, onGroup);
      } catch (thrown) {
        if (!isAlreadyExists(thrown)) throw thrown;
        const there = await tasks.get(task.id);
        if (there?.status === "CREATED" || there?.status === "RUNNING") return there.pid;
        await groups.remove(task.id);
        return await groups.create(task, signal, onGroup);
      }
    } catch (thrown) {
      await groups.remove(task.id).catch((left: unknown) => {
        this.#options.logger.warn(
          { container: task.id, error: messageOf(left) },
          "a container stays half made for now",
        );
      });
      signal.throwIfAborted();
      const message = `failed to create new container runtime task: ${containerdMessage(thrown)}`;
      const retryable = !isOfItsOwnMaking(message);
      throw new RuntimeError("CannotStartContainerError", message, { cause: thrown, retryable });
    }
  }

  /** What the container has on the task's storage besides its volumes. */
  #layers(record: SandboxRecord, container: ContainerRequest["container"]): string {
    const { directory } = this.#options.sandboxes.volume(record);
    return join(directory, "containers", encodeURIComponent(container.name));
  }

  /** A terminal stays open by itself. */
  async #input({ workload, container }: ContainerRequest): Promise<{ readonly input?: string }> {
    if (!container.interactive || container.pseudoTerminal) return {};
    const input = join(this.#options.records.directory(workload.id), `${encodeURIComponent(container.name)}.stdin`);
    if (!existsSync(input)) await runCommand("mkfifo", ["-m", "600", input]);
    return { input };
  }

  async #plan(
    request: ContainerRequest,
    record: SandboxRecord,
    image: UnpackedImage,
    id: string,
  ): Promise<RuntimePlan> {
    const { container, workload } = request;
    const { sandboxes, imageRoots, images, initPath, ceiling, managedAgentDirectory, vault } = this.#options;
    const driver = sandboxes.driverOf(record);
    try {
      const wantsInit = container.linux.initProcessEnabled;
      if (wantsInit && initPath === undefined)
        throw new Error("initProcessEnabled needs tini-static on the machine (Debian's package tini)");
      const directory = sandboxes.filesDirectory(record);
      const volumesOf = (name: string): readonly string[] => images.volumesOf(workload, name, image, container.name);
      const binds = await prepareVolumes(
        sandboxes.volume(record).directory,
        declaredVolumes(workload, container, volumesOf),
        image.volumes,
        () => imageRoots.root(image),
      );
      const accounts = await imageRoots.accounts(image);
      const tmp =
        driver.name === "gvisor" ? await ownTmp(this.#layers(record, container), container, binds, accounts) : [];
      const user = resolveUser(container.user ?? request.image.user, accounts.passwd, accounts.group);
      const secrets = request.secrets === undefined ? [] : vault.keep(id, request.secrets, user);
      const spec = containerSpec({
        container,
        image: request.image,
        injectedEnvironment: request.injectedEnvironment,
        user,
        hostname: record.hostname,
        networkNamespacePath: record.networkNamespacePath,
        cgroupPath: `${record.cgroupPath}/${id}`,
        mounts: {
          resolvConf: join(directory, "resolv.conf"),
          hosts: join(directory, "hosts"),
          hostname: join(directory, "hostname"),
          binds: [
            ...binds,
            ...tmp,
            ...secrets,
            ...(workload.executeCommand === true ? [managedAgentMount(managedAgentDirectory)] : []),
          ],
          ...(wantsInit && initPath !== undefined ? { init: initPath } : {}),
        },
        rootPath: "rootfs",
        isolation: driver.name,
        annotations: {},
        compatibility: accounts.compatibility,
        ceiling,
      });
      return driver.plan(record, id, spec);
    } catch (thrown) {
      throw new RuntimeError("CannotCreateContainerError", messageOf(thrown), { cause: thrown });
    }
  }
}
