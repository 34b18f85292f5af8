import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export interface Server {
  readonly port: number;
  /** What its process has used so far. */
  cpuSeconds(): number;
  close(): Promise<void>;
}

const ticksPerSecond = 100;
const flags = ["--disable-warning=ExperimentalWarning"];

/** User and system time of a process, from proc(5). */
const cpuSecondsOf = (pid: number | undefined): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

const serverOf = (child: ChildProcess, port: number): Server => ({
  port,
  cpuSeconds: () => cpuSecondsOf(child.pid),
  close: closeOf(child),
});

const closeOf = (child: ChildProcess) => async (): Promise<void> => {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
};

/** The control plane in a process of its own, over a data directory that was filled before or a new one. */
export const startFleetless = async (dataDirectory?: string): Promise<Server> => {
  const program = fileURLToPath(new URL("served.ts", import.meta.url));
  const child = spawn(process.execPath, [...flags, program, ...(dataDirectory === undefined ? [] : [dataDirectory])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  return serverOf(child, Number(line));
};

/** moto_server, where it is installed: in memory, nothing verified. */
export const startMoto = async (): Promise<Server | undefined> => {
  const port = 45_000 + Math.floor(Math.random() * 1_000);
  const child = spawn("moto_server", ["-p", String(port)], { stdio: "ignore" });
  const failed = once(child, "error").then(() => true);
  for (let time = 0; time < 100; time += 1) {
    if (await Promise.race([failed, sleep(100, false)])) return undefined;
    if (await answers(port)) return serverOf(child, port);
  }
  await closeOf(child)();
  return undefined;
};

const answers = async (port: number): Promise<boolean> => {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
