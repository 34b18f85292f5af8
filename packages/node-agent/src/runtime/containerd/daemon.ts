import { spawn } from "node:child_process";
import { open, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { standardPath } from "../../machine/programs.ts";
import { ContainerdClient } from "./client.ts";

export interface DaemonOptions {
  readonly rootDirectory: string;
  /** Short enough for Unix sockets: see stateDirectoryFor. */
  readonly stateDirectory: string;
  readonly namespace: string;
  /** Put first on containerd's PATH, where it looks for shims. */
  readonly shimDirectory: string;
  /** In memory: where shims put for a moment what they tell the runtime of a process, its environment included. */
  readonly volatileDirectory: string;
}

export interface Daemon {
  readonly address: string;
  readonly pid: number;
  /** Whether it was running before this call. */
  readonly reused: boolean;
}

/** None of these serves the agent, and each costs start time, memory or a listening socket. */
const disabledPlugins = [
  "io.containerd.grpc.v1.cri",
  "io.containerd.cri.v1.images",
  "io.containerd.cri.v1.runtime",
  "io.containerd.podsandbox.controller.v1.podsandbox",
  "io.containerd.internal.v1.restart",
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.monitor.v1.cgroups",
  "io.containerd.monitor.task.v1.cgroups",
  "io.containerd.nri.v1.nri",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.native",
  "io.containerd.snapshotter.v1.zfs",
];

const configuration = (options: DaemonOptions, address: string): string => `version = 2
root = ${JSON.stringify(options.rootDirectory)}
state = ${JSON.stringify(join(options.stateDirectory, "containerd"))}
disabled_plugins = ${JSON.stringify(disabledPlugins)}
oom_score = -999

[debug]
  level = "warn"

[grpc]
  address = ${JSON.stringify(address)}

[ttrpc]
  address = ${JSON.stringify(`${address}.ttrpc`)}

[timeouts]
  "io.containerd.timeout.shim.load" = "30s"
  "io.containerd.timeout.shim.cleanup" = "15s"
  "io.containerd.timeout.task.state" = "10s"

[plugins."io.containerd.gc.v1.scheduler"]
  startup_delay = "30s"
`;

export const containerdLog = (stateDirectory: string): string => join(stateDirectory, "containerd.log");

/** For how long one that runs may be silent, as while it takes up many tasks. */
const patienceMilliseconds = 15_000;

const isOurs = async (pid: number, configurationPath: string): Promise<boolean> => {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return commandLine.split("\0").includes(configurationPath);
};

const answers = async (address: string): Promise<boolean> => {
  const client = new ContainerdClient(address, "default");
  try {
    await client.call("Version", "Version", {}, { timeoutMilliseconds: 2000 });
    return true;
  } catch {
    return false;
  } finally {
    client.close();
  }
};

/** The one that runs; found among all processes where an agent died between its start and the note of it. */
const findRunning = async (pidPath: string, configurationPath: string): Promise<number | undefined> => {
  const noted = await readPid(pidPath);
  if (noted !== undefined && (await isOurs(noted, configurationPath))) return noted;
  for (const name of await readdir("/proc"))
    if (/^\d+$/.test(name) && (await isOurs(Number(name), configurationPath))) return Number(name);
  return undefined;
};

const readPid = async (path: string): Promise<number | undefined> => {
  const pid = Number.parseInt(await readFile(path, "utf8").catch(() => ""), 10);
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
};

/**
 * A containerd of this instance's own: the one that runs already, or a new one that outlives the agent.
 * Its directories must exist.
 */
export const ensureDaemon = async (options: DaemonOptions, signal?: AbortSignal): Promise<Daemon> => {
  const address = join(options.stateDirectory, "containerd.sock");
  const configurationPath = join(options.stateDirectory, "containerd.toml");
  const pidPath = join(options.stateDirectory, "containerd.pid");
  const running = await findRunning(pidPath, configurationPath);
  if (running !== undefined) {
    for (const deadline = Date.now() + patienceMilliseconds; Date.now() < deadline; await sleep(20)) {
      if (await answers(address)) return { address, pid: running, reused: true };
    }
    await stopProcess(running);
  }
  await writeFile(configurationPath, configuration(options, address));
  await rm(address, { force: true });
  const log = await open(containerdLog(options.stateDirectory), "a", 0o600);
  try {
    const child = spawn("containerd", ["--config", configurationPath], {
      detached: true,
      cwd: "/",
      stdio: ["ignore", log.fd, log.fd],
      env: { PATH: `${options.shimDirectory}:${standardPath}`, XDG_RUNTIME_DIR: options.volatileDirectory },
    });
    const failed = new Promise<never>((_, reject) => {
      child.once("error", (error) => reject(new Error(`containerd could not be started: ${error.message}`)));
      child.once("exit", (code) =>
        reject(new Error(`containerd ended with ${code}; see ${options.stateDirectory}/containerd.log`)),
      );
    });
    failed.catch(() => undefined);
    child.unref();
    const pid = child.pid;
    if (pid === undefined) return await failed;
    await writeFile(pidPath, String(pid));
    await Promise.race([failed, untilAnswering(address, signal)]);
    return { address, pid, reused: false };
  } finally {
    await log.close();
  }
};

const untilAnswering = async (address: string, signal: AbortSignal | undefined): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    if (
      await readlink(address).then(
        () => false,
        (error: NodeJS.ErrnoException) => error.code === "EINVAL",
      )
    ) {
      if (await answers(address)) return;
    }
    await sleep(10);
  }
  throw new Error("containerd did not answer within 30 s");
};

/** Ends a process by SIGTERM, after 5 s by SIGKILL, and waits until it is gone. */
export const stopProcess = async (pid: number): Promise<void> => {
  for (let waited = 0; waited < 10_000; waited += 20) {
    try {
      process.kill(pid, waited === 0 ? "SIGTERM" : waited === 5000 ? "SIGKILL" : 0);
    } catch {
      return;
    }
    const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    if (state === "" || /\) Z /.test(state)) return;
    await sleep(20);
  }
};
