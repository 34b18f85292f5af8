import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import { messageOf } from "@fleetless/kernel";
import { runCommand, tryCommand } from "../../machine/run-command.ts";
import { pauseSpec } from "./gvisor-spec.ts";
import { sandboxLauncher } from "./runsc-wrapper.ts";

export interface GvisorPlatform {
  readonly runsc: string;
  /** How runsc catches system calls. Never kvm: a machine that shows /dev/kvm need not run guests. */
  readonly name: "systrap" | "ptrace";
}

export type GvisorProbe =
  | { readonly works: true; readonly platform: GvisorPlatform }
  | { readonly works: false; readonly reason: string };

const candidates = ["/usr/local/bin/runsc", "/usr/bin/runsc", "/usr/local/sbin/runsc", "/usr/sbin/runsc"];
const platforms = ["systrap", "ptrace"] as const;

/**
 * Whether a gVisor sandbox really runs on this machine: one is run, with a network of its own. The answer is kept
 * in `cacheFile` for this version of runsc on this kernel; a failure is tried again each time. What it needs
 * meanwhile lies in `workDirectory`.
 */
export const probeGvisor = async (cacheFile: string, workDirectory: string): Promise<GvisorProbe> => {
  const runsc = candidates.find(existsSync);
  if (runsc === undefined) return { works: false, reason: "runsc is not installed" };
  if (!existsSync("/usr/bin/busybox")) return { works: false, reason: "busybox-static is not installed" };
  const version = await tryCommand(runsc, ["--version"]).then((result) => result.stdout, messageOf);
  const key = `${runsc}\n${version}\n${release()}`;
  const known = readCache(cacheFile, key);
  if (known !== undefined) return { works: true, platform: { runsc, name: known } };
  let reason = "";
  for (const name of platforms) {
    const failure = await tryPlatform({ runsc, name }, workDirectory);
    if (failure === undefined) {
      writeFileSync(cacheFile, JSON.stringify({ key, name }));
      return { works: true, platform: { runsc, name } };
    }
    reason = failure;
  }
  return { works: false, reason };
};

const readCache = (cacheFile: string, key: string): GvisorPlatform["name"] | undefined => {
  try {
    const cached: unknown = JSON.parse(readFileSync(cacheFile, "utf8"));
    if (typeof cached !== "object" || cached === null || !("key" in cached) || !("name" in cached)) return undefined;
    return cached.key === key ? platforms.find((name) => name === cached.name) : undefined;
  } catch {
    return undefined;
  }
};

const tryPlatform = async (platform: GvisorPlatform, workDirectory: string): Promise<string | undefined> => {
  const directory = await mkdtemp(join(workDirectory, "probe-"));
  try {
    const root = join(directory, "rootfs");
    for (const name of ["bin", "proc", "dev"]) mkdirSync(join(root, name), { recursive: true });
    await runCommand("cp", ["/usr/bin/busybox", join(root, "bin", "busybox")]);
    const spec = pauseSpec({
      rootDirectory: root,
      args: ["/bin/busybox", "uname", "-r"],
      hostname: "probe",
      networkNamespacePath: "/proc/self/ns/net",
      mounts: [],
    });
    writeFileSync(join(directory, "config.json"), JSON.stringify(spec));
    const launch = sandboxLauncher(["unshare", "-n"], "/proc/meminfo");
    const flags = [
      "--root",
      join(directory, "state"),
      "--platform",
      platform.name,
      "--network",
      "sandbox",
      "--ignore-cgroups",
    ];
    const parameters = [...flags, "run", "--bundle", directory, `probe-${process.pid}`];
    const script = `exec ${launch} "$@"`;
    const result = await tryCommand("sh", ["-c", script, "sh", platform.runsc, ...parameters], {
      timeoutMilliseconds: 10_000,
    });
    if (result.exitCode === 0 && result.stdout.trim() !== "" && result.stdout.trim() !== release()) return undefined;
    return `runsc with ${platform.name} failed: ${(result.stderr || result.stdout).trim().slice(0, 500)}`;
  } catch (thrown) {
    return messageOf(thrown);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
