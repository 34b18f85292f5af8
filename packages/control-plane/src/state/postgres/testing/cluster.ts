import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type PostgresLocation, parsePostgresLocation } from "../location.ts";

const run = promisify(execFile);

/** A PostgreSQL of the tests' own, on a Unix socket in a directory of its own. */
export interface TestCluster {
  /** The URL of its database, for a schema. */
  url(schema: string): string;
  location(schema: string): PostgresLocation;
  /** Stops the server as a failure would, or in order. */
  stop(mode: "immediate" | "fast"): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes all of it. */
  remove(): Promise<void>;
}

/** Needs root, since PostgreSQL runs only as a user that is not. */
export const startTestCluster = async (): Promise<TestCluster> => {
  const user = await postgresUser();
  const programs = await newestPrograms();
  const directory = await mkdtemp(join(tmpdir(), "fleetless-postgres-"));
  await chown(directory, user.uid, user.gid);
  const data = join(directory, "data");
  const initialise = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  await run(join(programs, "initdb"), initialise, { ...user, cwd: directory });
  let stopServer: ((signal: NodeJS.Signals) => Promise<void>) | undefined;

  const start = async (): Promise<void> => {
    // fsync serves a machine that fails, which no test does.
    const settings = ["listen_addresses=", `unix_socket_directories=${directory}`, "fsync=off", "max_connections=200"];
    // The server ends with the process of the test, whatever ends that.
    const become = [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", "--pdeathsig=QUIT"];
    const options = settings.flatMap((setting) => ["-c", setting]);
    const server = spawn("setpriv", [...become, join(programs, "postgres"), "-D", data, ...options], {
      cwd: directory,
      stdio: "ignore",
    });
    const exited = once(server, "exit");
    stopServer = async (signal) => {
      server.kill(signal);
      await exited;
    };
    for (let tries = 0; ; tries += 1) {
      try {
        await run(join(programs, "pg_isready"), ["-q", "-h", directory]);
        return;
      } catch (thrown) {
        if (tries > 300 || server.exitCode !== null) throw thrown;
        await sleep(50);
      }
    }
  };
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    await stopServer?.(signal);
    stopServer = undefined;
  };
  const url = (schema: string) =>
    `postgres://postgres@/postgres?host=${encodeURIComponent(directory)}&schema=${schema}`;

  await start();
  return {
    url,
    location: (schema) => parsePostgresLocation(url(schema)),
    start,
    stop: (mode) => stop(mode === "fast" ? "SIGINT" : "SIGQUIT"),
    remove: async () => {
      await stop("SIGQUIT");
      await rm(directory, { recursive: true });
    },
  };
};

const postgresUser = async (): Promise<{ readonly uid: number; readonly gid: number }> => {
  const idOf = async (option: string) => Number((await run("id", [option, "postgres"])).stdout);
  return { uid: await idOf("-u"), gid: await idOf("-g") };
};

/** Debian keeps the programs of each version in a directory of its own. */
const newestPrograms = async (): Promise<string> => {
  const root = "/usr/lib/postgresql";
  const versions = (await readdir(root)).map(Number).filter((version) => version > 0);
  return join(root, String(Math.max(...versions)), "bin");
};
