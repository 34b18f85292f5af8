import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

const lines = async (program: string, ...args: readonly string[]): Promise<string[]> =>
  (await execute(program, [...args])).stdout.split("\n").filter((line) => line !== "");

/** All directories below the mounted cgroup hierarchies that are Fleetless's. */
const cgroups = (): string[] =>
  readdirSync("/sys/fs/cgroup", { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .flatMap(({ name }) => {
      const nested = readdirSync(`/sys/fs/cgroup/${name}`, { withFileTypes: true });
      return [name, ...nested.filter((entry) => entry.isDirectory()).map((entry) => `${name}/${entry.name}`)];
    })
    .filter((path) => path.includes("fleetless"));

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 6);

const argumentsOf = (pid: string): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
};

const processes = (): string[][] =>
  readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(argumentsOf);

/** The sockets in /run/containerd of an instance's shims that run. */
export const shimSockets = (dataDirectory: string): string[] => {
  const namespace = `fleetless-${digest(dataDirectory)}`;
  return processes()
    .filter((parts) => parts.includes(namespace) && /containerd-shim/.test(parts[0] ?? ""))
    .flatMap((parts) => [parts[parts.indexOf("-id") + 1] ?? "", `task-${parts[parts.indexOf("-id") + 1]}`])
    .map((id) => join(dataDirectory, "node/state/runtime/containerd.sock", namespace, id))
    .map((path) => `/run/containerd/s/${createHash("sha256").update(path).digest("hex")}`)
    .filter((path) => existsSync(path));
};

/** What the names of things have that belong to some instance of Fleetless. */
const ofSomeInstance =
  /\brt-[0-9a-f]{12}\b|\bfleetless-(?:e2e|sdk|busybox|rt|runtime|runner|test|postgres|docker)-|\bfl-[0-9a-f]{6}-|\bflu[0-9a-f]{6}|\bfleetless-[0-9a-f]{6}\b|\/node\/(?:state|runtime)\/|\b198\.1[89]\.\d|metric 42\d{8}/;

/** How things are called that belong to the instance of a data directory. */
const marksOf = (dataDirectory: string): readonly string[] => {
  const name = digest(dataDirectory);
  return [dataDirectory, name, digest(name), String(0xff000000 + Number.parseInt(digest(name), 16))];
};

/** What bears the name of the instance of a data directory, a line each. */
export const belongingTo = (snapshot: Readonly<Record<string, string[]>>, dataDirectory: string): string[] =>
  Object.values(snapshot)
    .flat()
    .filter((line) => marksOf(dataDirectory).some((mark) => line.includes(mark)));

/**
 * What is in the later snapshot and was not in the earlier one, a line each; what bears the name of another
 * instance than the one of this data directory is left out, since others come and go beside it.
 */
export const leftBehind = (
  before: Readonly<Record<string, string[]>>,
  after: Readonly<Record<string, string[]>>,
  dataDirectory: string,
): string[] => {
  const marks = marksOf(dataDirectory);
  return Object.entries(after).flatMap(([kind, found]) => {
    const known = [...(before[kind] ?? [])];
    return found.flatMap((line) => {
      const at = known.indexOf(line);
      if (at >= 0) known.splice(at, 1);
      const isForeign = ofSomeInstance.test(line) && !marks.some((mark) => line.includes(mark));
      return at >= 0 || isForeign ? [] : [`${kind}: ${line}`];
    });
  });
};

/** What a container engine may leave on a machine. */
export const machineSnapshot = async (): Promise<Record<string, string[]>> => ({
  namespaces: (await lines("ip", "netns", "list")).map((line) => line.split(" ")[0] ?? ""),
  links: (await lines("ip", "-o", "link")).map((line) => line.split(":")[1]?.trim().split("@")[0] ?? ""),
  routes: await lines("ip", "route", "show", "table", "all"),
  policyRules: await lines("ip", "rule"),
  ruleset: await lines("nft", "list", "tables"),
  mounts: readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ").slice(0, 3).join(" "))
    .filter((line) => !line.startsWith("nsfs /run/netns ")),
  loopDevices: await lines("losetup", "-l", "-n", "-O", "BACK-FILE"),
  cgroups: cgroups(),
  forwarding: [readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8").trim()],
  processes: (await lines("ps", "-eo", "args")).filter(
    (line) =>
      /containerd|runsc|fleetless|packages\/daemon/.test(line) &&
      !/vitest|<defunct>|\bps -eo\b|node_modules/.test(line),
  ),
  runtimeFiles: readdirSync("/run").filter((name) => name.startsWith("fleetless")),
});
