import { execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withBusyboxImage } from "../../scripts/quickstart/busybox-image.ts";

export interface Docker {
  /** `docker run --rm` of `true` to its end, in milliseconds. */
  readonly run: () => number;
  /** `docker run --detach`, which answers once the container runs. */
  readonly runDetached: () => number;
  /** Starts a container that waits; answers its network namespace and address. */
  readonly place: () => { readonly networkNamespacePath: string; readonly address: string };
  readonly close: () => Promise<void>;
}

/** Of the bench's own, so that the machine's forwarding and packet filter stay as they are. */
const bridge = `flbench${process.pid % 10_000}`;

const addBridge = (): void => {
  execFileSync("ip", ["link", "add", bridge, "type", "bridge"]);
  execFileSync("ip", ["addr", "add", `10.213.${process.pid % 250}.1/24`, "dev", bridge]);
  execFileSync("ip", ["link", "set", bridge, "up"]);
};

const removeBridge = (): void => {
  spawnSync("ip", ["link", "del", bridge]);
};

/**
 * A docker daemon of the bench's own, or the reason why none runs here. Its containers are on a bridge, as a user's
 * are; a container without published ports has no packet filter rules of its own there either.
 */
export const startDocker = async (): Promise<Docker | { readonly reason: string }> => {
  if (spawnSync("which", ["dockerd"]).status !== 0) return { reason: "dockerd is not installed (Debian's docker.io)" };
  const directory = mkdtempSync(join(tmpdir(), "fleetless-docker-"));
  const host = `unix://${join(directory, "docker.sock")}`;
  addBridge();
  // A file and no pipe: the runs below block this process, and a full pipe would stop the daemon.
  const log = join(directory, "log");
  const logFile = openSync(log, "w");
  const daemon = spawn(
    "dockerd",
    [
      ...["--host", host, "--data-root", join(directory, "data"), "--exec-root", join(directory, "exec")],
      ...["--pidfile", join(directory, "pid"), "--bridge", bridge, "--iptables=false", "--ip6tables=false"],
      ...["--ip-forward=false", "--ip-masq=false"],
    ],
    { stdio: ["ignore", "ignore", logFile] },
  );
  closeSync(logFile);
  const docker = (...args: readonly string[]): string =>
    execFileSync("docker", ["--host", host, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    });
  const close = async (): Promise<void> => {
    daemon.kill("SIGTERM");
    if (daemon.exitCode === null) await new Promise((resolve) => daemon.once("exit", resolve));
    removeBridge();
    rmSync(directory, { recursive: true, force: true });
  };
  for (let waited = 0; waited < 200; waited += 1) {
    if (daemon.exitCode !== null) {
      const reason = `dockerd ended: ${readFileSync(log, "utf8").trim().split("\n").at(-1)}`;
      await close();
      return { reason };
    }
    if (spawnSync("docker", ["--host", host, "version"]).status === 0) break;
    await sleep(100);
  }
  try {
    await withBusyboxImage("bench:1", "bench\n", async (layout) => {
      const archive = join(directory, "image.tar");
      execFileSync("skopeo", ["copy", `oci:${layout}:bench:1`, `docker-archive:${archive}:bench:1`], {
        stdio: "ignore",
      });
      docker("load", "--input", archive);
    });
    docker("run", "--rm", "bench:1", "true");
  } catch (error) {
    await close();
    return { reason: `docker run does not work here: ${error instanceof Error ? error.message.slice(0, 300) : error}` };
  }
  const run = (): number => {
    const started = performance.now();
    docker("run", "--rm", "bench:1", "true");
    return performance.now() - started;
  };
  const runDetached = (): number => {
    const started = performance.now();
    docker("run", "--detach", "bench:1", "true");
    return performance.now() - started;
  };
  const waiting: string[] = [];
  const place = (): ReturnType<Docker["place"]> => {
    const id = docker("run", "--detach", "bench:1", "sleep", "3600").trim();
    waiting.push(id);
    const format = "{{.State.Pid}} {{.NetworkSettings.IPAddress}}";
    const [pid, address = ""] = docker("inspect", "--format", format, id).trim().split(" ");
    return { networkNamespacePath: `/proc/${pid}/ns/net`, address };
  };
  const closeAll = async (): Promise<void> => {
    if (waiting.length > 0) docker("rm", "--force", ...waiting);
    await close();
  };
  return { run, runDetached, place, close: closeAll };
};
