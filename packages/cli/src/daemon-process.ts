import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The daemon's program. The command only ever starts it: nothing of it is imported here. */
const program = fileURLToPath(import.meta.resolve("@fleetless/daemon"));

/** The command's own, with its standard output read by the command, or a file while the command goes its way. */
export type DaemonStandardStreams = "inherit" | "read-output" | { readonly detachedInto: number };

/**
 * A small young generation is collected more often and costs no calls per second; one thread of V8's own is enough
 * beside the main one. docs/decisions/0009-memory-of-the-daemon.md has the figures.
 */
const runtimeOptions = ["--max-semi-space-size=2", "--v8-pool-size=1"];

/** Has the C library give memory back that the threads of Node have freed, instead of keeping some for each. */
const allocatorSettings = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072" };

const packages = fileURLToPath(new URL("../../../node_modules/", import.meta.url));

/**
 * Where Node keeps what it made of the sources, so that the next daemon of this installation neither strips their
 * types again, by a program of WebAssembly that takes 20 MiB for good, nor compiles them. Only beside the packages
 * of a working tree: what may write there may change the sources as well.
 */
const compileCache = existsSync(packages) ? { NODE_COMPILE_CACHE: join(packages, ".cache", "fleetless") } : {};

/** Starts the daemon's program with arguments of its own, on the Node that runs this command. */
export const startDaemonProgram = (
  args: readonly string[],
  streams: DaemonStandardStreams,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess => {
  const command = [...runtimeOptions, program, ...args];
  const env = { ...allocatorSettings, ...compileCache, ...process.env, ...environment };
  return typeof streams === "string"
    ? spawn(process.execPath, command, { stdio: streams === "inherit" ? streams : ["ignore", "pipe", "inherit"], env })
    : spawn(process.execPath, command, {
        stdio: ["ignore", streams.detachedInto, streams.detachedInto],
        detached: true,
        cwd: "/",
        env,
      });
};

/** Why the daemon's program failed, from what it wrote with `--json`; undefined where it wrote no reason. */
export const failureIn = (output: string): string | undefined => {
  try {
    const parsed: { error?: unknown } = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "");
    return typeof parsed.error === "string" ? parsed.error : undefined;
  } catch {
    return undefined;
  }
};

/** Resolves with the exit code; 128 and the signal's number where a signal ended it, as in a shell. */
export const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      resolve(code ?? (signal === "SIGTERM" ? 143 : signal === "SIGINT" ? 130 : 137)),
    );
  });

/**
 * Hands on what would end this process, so that a foreground daemon never outlives its command. A terminal
 * sends SIGINT to both: the daemon takes the SIGTERM beside it as the same wish.
 */
export const endTogether = (child: ChildProcess): ChildProcess => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => child.kill("SIGTERM"));
  return child;
};
