import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import process from "node:process";
import { promisify } from "node:util";
import { standardPath } from "@fleetless/node-agent";
import { type Check, missing, ok, warning } from "./check.ts";

const execute = promisify(execFile);

const asRoot = (): Check =>
  process.getuid?.() === 0
    ? ok("root", "running as root")
    : missing(
        "root",
        `running as user ${process.getuid?.()}`,
        "run as root: namespaces, mounts and network rules need it",
      );

const kernelVersion = (): Check => {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 10)
    ? ok("kernel", release())
    : missing("kernel", release(), "use Linux 5.10 or newer");
};

const cgroups = (): Check => {
  if (existsSync("/sys/fs/cgroup/cgroup.controllers")) return ok("cgroups", "v2");
  const wanted = ["cpu", "memory", "pids"];
  const absent = wanted.filter((controller) => !existsSync(`/sys/fs/cgroup/${controller}`));
  return absent.length === 0
    ? ok("cgroups", "v1")
    : missing("cgroups", `no controller for ${absent.join(", ")}`, "mount cgroup v2 at /sys/fs/cgroup");
};

const fileSystem = (name: string): Check =>
  readFileSync("/proc/filesystems", "utf8").split(/\s+/).includes(name)
    ? ok(name, "supported by the kernel")
    : missing(name, "not known to the kernel", `modprobe ${name}`);

const loopDevices = (): Check =>
  existsSync("/dev/loop-control")
    ? ok("loop devices", "/dev/loop-control")
    : missing("loop devices", "no /dev/loop-control", "modprobe loop");

const seccomp = (): Check =>
  /^Seccomp:/m.test(readFileSync("/proc/self/status", "utf8"))
    ? ok("seccomp", "supported by the kernel")
    : missing("seccomp", "not supported by the kernel", "use a kernel with CONFIG_SECCOMP_FILTER");

/** Makes and drops a namespace of its own, since only doing it shows that it can be done. */
const networkNamespaces = async (): Promise<Check> => {
  try {
    await execute("unshare", ["--net", "nft", "-c", "add", "table", "inet", "fleetless_doctor"], {
      timeout: 10_000,
      env: { PATH: standardPath },
    });
    return ok("nf_tables", "rules are accepted in a network namespace of its own");
  } catch (error) {
    const reason = error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error);
    return missing("nf_tables", reason, "modprobe nf_tables nf_nat nf_conntrack, and install nftables");
  }
};

const forwarding = (): Check =>
  readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8").trim() === "1"
    ? ok("IP forwarding", "on")
    : warning("IP forwarding", "off", "nothing to do: `fleetless up` turns it on and `down --purge` back off");

export const checkKernel = async (): Promise<readonly Check[]> => [
  asRoot(),
  kernelVersion(),
  cgroups(),
  fileSystem("overlay"),
  fileSystem("ext4"),
  loopDevices(),
  seccomp(),
  await networkNamespaces(),
  forwarding(),
];
