import type { OciMount } from "./oci.ts";

export interface MountSources {
  /** Files of the task that every container sees. */
  readonly resolvConf: string;
  readonly hosts: string;
  readonly hostname: string;
  readonly binds: readonly { readonly source: string; readonly containerPath: string; readonly readOnly: boolean }[];
  readonly tmpfs: readonly {
    readonly containerPath: string;
    readonly sizeMiB: number;
    readonly mountOptions: readonly string[];
  }[];
  /** Path of a static init on the machine, where the container asks for one. */
  readonly init?: string;
  readonly cgroup: boolean;
}

export const initPath = "/dev/init";

/** Mount options that a task definition may give to a tmpfs. */
const tmpfsOptions = new Set(
  `defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime
   nodiratime bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime
   strictatime nostrictatime`.split(/\s+/),
);
const tmpfsValues =
  /^(?:mode=[0-7]{3,4}|uid=\d+|gid=\d+|nr_inodes=\d+[kKmMgG]?|nr_blocks=\d+[kKmMgG]?|mpol=[a-z=:,0-9-]+)$/;

const checkPath = (path: string): string => {
  if (!path.startsWith("/") || path.includes("\0") || path.split("/").includes(".."))
    throw new Error(`the container path ${JSON.stringify(path.slice(0, 200))} is not an absolute path without ..`);
  return path;
};

/** Never more than the task definition may ask for: devices and set-user-id programs stay off. */
const tmpfsMount = (tmpfs: MountSources["tmpfs"][number]): OciMount => {
  for (const option of tmpfs.mountOptions)
    if (!tmpfsOptions.has(option) && !tmpfsValues.test(option))
      throw new Error(`the tmpfs mount option ${option.slice(0, 100)} is not supported`);
  const refused = new Set([
    "defaults",
    "dev",
    "suid",
    "remount",
    "bind",
    "rbind",
    "shared",
    "rshared",
    "slave",
    "rslave",
  ]);
  return {
    destination: checkPath(tmpfs.containerPath),
    type: "tmpfs",
    source: "tmpfs",
    options: [
      "noexec",
      ...tmpfs.mountOptions.filter((option) => !refused.has(option)),
      "nosuid",
      "nodev",
      `size=${tmpfs.sizeMiB}m`,
    ],
  };
};

const bind = (source: string, destination: string, readOnly: boolean): OciMount => ({
  destination,
  type: "bind",
  source,
  options: ["rbind", "rprivate", readOnly ? "ro" : "rw"],
});

/** All mounts of a container, in the order in which they are made: parents before children. */
export const containerMounts = (sources: MountSources): readonly OciMount[] => {
  const system: readonly OciMount[] = [
    { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
    {
      destination: "/dev",
      type: "tmpfs",
      source: "tmpfs",
      options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
    },
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    },
    {
      destination: "/dev/shm",
      type: "tmpfs",
      source: "shm",
      options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
    },
    { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
    ...(sources.cgroup
      ? [
          {
            destination: "/sys/fs/cgroup",
            type: "cgroup",
            source: "cgroup",
            options: ["nosuid", "noexec", "nodev", "relatime", "ro"],
          },
        ]
      : []),
  ];
  const declared = [
    bind(sources.resolvConf, "/etc/resolv.conf", false),
    bind(sources.hosts, "/etc/hosts", false),
    bind(sources.hostname, "/etc/hostname", false),
    ...sources.tmpfs.map(tmpfsMount),
    ...sources.binds.map((volume) => bind(volume.source, checkPath(volume.containerPath), volume.readOnly)),
  ];
  const depth = (mount: OciMount): number => mount.destination.split("/").filter(Boolean).length;
  const ordered = declared.toSorted((one, other) => depth(one) - depth(other));
  return [...system, ...ordered, ...(sources.init === undefined ? [] : [bind(sources.init, initPath, true)])];
};
