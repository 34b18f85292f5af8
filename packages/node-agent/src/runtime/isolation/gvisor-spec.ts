import type { OciMount, OciSpec } from "../spec/oci.ts";

/** What containerd's own Kubernetes plugin writes too, and runsc reads. */
const containerType = "io.kubernetes.cri.container-type";
const sandboxName = "io.kubernetes.cri.sandbox-id";

/** File systems that gVisor's kernel has no use for or does not have. */
const absent = new Set(["mqueue", "cgroup"]);

/** A container's specification for runsc; `sandboxId` where it joins a sandbox and is not one itself. */
export const gvisorSpec = (spec: OciSpec, sandboxId: string | undefined): OciSpec => ({
  ...spec,
  mounts: spec.mounts.filter((mount) => !absent.has(mount.type)),
  annotations: {
    ...spec.annotations,
    ...(sandboxId === undefined ? {} : { [containerType]: "container", [sandboxName]: sandboxId }),
  },
});

export interface PauseOptions {
  readonly rootDirectory: string;
  readonly args: readonly string[];
  readonly hostname: string;
  readonly networkNamespacePath: string;
  readonly mounts: readonly OciMount[];
}

/** The sandbox's first container, which holds it open while the task's own come and go. */
export const pauseSpec = (options: PauseOptions): OciSpec => ({
  ociVersion: "1.0.2",
  process: {
    terminal: false,
    user: { uid: 0, gid: 0, additionalGids: [] },
    args: options.args,
    env: ["PATH=/bin"],
    cwd: "/",
    capabilities: {
      bounding: ["CAP_KILL", "CAP_SYS_PTRACE"],
      effective: ["CAP_KILL", "CAP_SYS_PTRACE"],
      permitted: ["CAP_KILL", "CAP_SYS_PTRACE"],
      inheritable: [],
      ambient: [],
    },
    rlimits: [],
    noNewPrivileges: true,
    oomScoreAdj: 0,
  },
  root: { path: options.rootDirectory, readonly: true },
  hostname: options.hostname,
  mounts: [
    { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: [] },
    ...options.mounts,
  ],
  annotations: { [containerType]: "sandbox" },
  linux: {
    namespaces: [
      { type: "pid" },
      { type: "ipc" },
      { type: "uts" },
      { type: "mount" },
      { type: "network", path: options.networkNamespacePath },
    ],
    cgroupsPath: "",
    resources: { devices: [], memory: {}, cpu: { shares: 2 } },
    rootfsPropagation: "rprivate",
    maskedPaths: [],
    readonlyPaths: [],
    sysctl: {},
  },
});
