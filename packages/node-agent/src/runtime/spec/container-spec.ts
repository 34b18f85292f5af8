import type { ContainerSpec } from "@fleetless/kernel";
import type { PreparedImage } from "../contract.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { kernelParameters, resourceLimits } from "./limits.ts";
import { containerMounts, initPath, type MountSources } from "./mounts.ts";
import type { OciMount, OciSpec } from "./oci.ts";
import { processArguments, processEnvironment } from "./process.ts";
import { seccompProfile } from "./seccomp.ts";
import type { ResolvedUser } from "./user.ts";

export interface SpecRequest {
  readonly container: ContainerSpec;
  readonly image: PreparedImage;
  readonly injectedEnvironment: Readonly<Record<string, string>>;
  readonly user: ResolvedUser;
  readonly hostname: string;
  readonly networkNamespacePath: string;
  readonly cgroupPath: string;
  readonly mounts: Omit<MountSources, "tmpfs" | "cgroup">;
  readonly rootPath: string;
  readonly isolation: "runc" | "gvisor";
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether the image has 32-bit programs. */
  readonly compatibility: boolean;
  /** See resourceCeiling. */
  readonly ceiling: ReadonlyMap<string, number>;
}

const maskedPaths = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/sys/devices/virtual/powercap",
  "/sys/firmware",
];
const readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** The smallest share the kernel takes; ECS gives a container without CPU units of its own the same. */
const smallestShare = 2;

/** The OCI runtime specification of a task's container. Throws an Error that names what is not supported. */
export const containerSpec = (request: SpecRequest): OciSpec => {
  const { container, image, user, isolation } = request;
  const args = processArguments(container, image);
  if (args.length === 0)
    throw new Error("no command specified: neither the image nor the container definition has one");
  const capabilities = capabilitiesOf(container.linux.capabilitiesAdd, container.linux.capabilitiesDrop);
  const held = user.uid === 0 ? capabilities : [];
  const mebibytes = (amount: number): number => amount * 1024 * 1024;
  const limit = container.memoryMiB === undefined ? {} : { limit: mebibytes(container.memoryMiB) };
  const reservation =
    container.memoryReservationMiB === undefined ? {} : { reservation: mebibytes(container.memoryReservationMiB) };
  const mounts: readonly OciMount[] = containerMounts({
    ...request.mounts,
    tmpfs: container.linux.tmpfs,
    cgroup: true,
  });
  const cwd = container.workingDirectory ?? (image.workingDirectory || "/");
  if (!cwd.startsWith("/")) throw new Error(`the working directory ${cwd.slice(0, 200)} is not an absolute path`);
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: container.pseudoTerminal,
      user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids },
      args: container.linux.initProcessEnabled ? [initPath, "--", ...args] : args,
      env: processEnvironment({
        image: image.environment,
        injected: request.injectedEnvironment,
        task: container.environment,
        hostname: request.hostname,
        home: user.home,
        pseudoTerminal: container.pseudoTerminal,
      }),
      cwd,
      capabilities: { bounding: capabilities, effective: held, permitted: held, inheritable: [], ambient: [] },
      rlimits: resourceLimits(container.ulimits, request.ceiling),
      noNewPrivileges: true,
      oomScoreAdj: 0,
    },
    root: { path: request.rootPath, readonly: container.readonlyRootFilesystem },
    hostname: request.hostname,
    mounts,
    annotations: request.annotations,
    linux: {
      namespaces: [
        { type: "pid" },
        { type: "ipc" },
        { type: "uts" },
        { type: "mount" },
        { type: "cgroup" },
        { type: "network", path: request.networkNamespacePath },
      ],
      cgroupsPath: request.cgroupPath,
      resources: {
        devices: [{ allow: false, access: "rwm" }],
        memory: { ...limit, ...reservation },
        cpu: { shares: Math.max(smallestShare, container.cpuUnits) },
      },
      rootfsPropagation: "rprivate",
      maskedPaths,
      readonlyPaths,
      sysctl: kernelParameters(container.systemControls),
      ...(isolation === "runc" ? { seccomp: seccompProfile(request.compatibility) } : {}),
    },
  };
};
