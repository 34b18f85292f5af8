import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
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

/** What a container engine may leave on a machine; two snapshots are equal where nothing was left. */
export const machineSnapshot = async (): Promise<Record<string, string[]>> => ({
  namespaces: await lines("ip", "netns", "list"),
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
      /containerd|runsc|runc|fleetless|packages\/daemon/.test(line) && !/vitest|\bps -eo\b|node_modules/.test(line),
  ),
  runtimeFiles: readdirSync("/run").filter((name) => name.startsWith("fleetless")),
});
