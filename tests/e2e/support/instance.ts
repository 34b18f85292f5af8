import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startTestCluster } from "../../../packages/control-plane/src/state/postgres/testing/cluster.ts";

const execute = promisify(execFile);
const command = fileURLToPath(new URL("../../../packages/cli/bin/fleetless", import.meta.url));
const maximumOutputBytes = 64 * 1024 * 1024;

interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Fleetless of a test's own: its data directory, its port, nothing shared. */
export interface FleetlessInstance {
  /** Path of the fleetless command. */
  readonly command: string;
  readonly dataDirectory: string;
  readonly endpoint: string;
  readonly port: number;
  /** What any AWS client needs to reach it, with the well-known local key. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clientSettings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** `fleetless <args>`, whatever its exit code. */
  run(...args: readonly string[]): Promise<CommandResult>;
  /** `fleetless --json <args>`; throws where it fails. */
  json<Answer>(...args: readonly string[]): Promise<Answer>;
  up(...options: readonly string[]): Promise<void>;
  pid(): Promise<number>;
  /** kill -9 of the Fleetless process, and nothing else. */
  kill(): Promise<void>;
  log(): string;
  /** Waits, for at most a minute, until a task is STOPPED. */
  untilStopped(task: string): Promise<{ readonly lastStatus: string; readonly stoppedReason?: string }>;
  purge(): Promise<void>;
}

/** A port that nothing listens on. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });

const runCommand = async (
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      output.stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output.stderr += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, ...output }));
  });

const store = process.env.FLEETLESS_TEST_STORE;

/** The kinds of isolation that a test which differs by store goes through: with the second store one is enough. */
export const isolationsForStore: readonly string[] = store === undefined ? ["runc", "gvisor"] : ["runc"];

/** With FLEETLESS_TEST_STORE=postgresql it keeps its state in a PostgreSQL of its own. */
export const createInstance = async (): Promise<FleetlessInstance> => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "fleetless-e2e-"));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const cluster = store === "postgresql" ? await startTestCluster() : undefined;
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    ...(cluster === undefined ? {} : { FLEETLESS_STORE: cluster.url("e2e") }),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_PAGER: "",
    AWS_CONFIG_FILE: join(dataDirectory, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(dataDirectory, "no-aws-credentials"),
    FLEETLESS_DATA_DIRECTORY: dataDirectory,
    FLEETLESS_LISTEN: `127.0.0.1:${port}`,
  };
  const run = (...args: readonly string[]): Promise<CommandResult> => runCommand(command, args, environment);
  const json = async <Answer>(...args: readonly string[]): Promise<Answer> => {
    const { code, stdout, stderr } = await run("--json", ...args);
    if (code !== 0) throw new Error(`fleetless ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout);
  };
  const pid = async (): Promise<number> => (await json<{ pid: number }>("status")).pid;
  const log = (): string => readFileSync(join(dataDirectory, "fleetless.log"), "utf8");
  return {
    command,
    dataDirectory,
    endpoint,
    port,
    environment,
    clientSettings: {
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    },
    run,
    json,
    pid,
    log,
    untilStopped: async (task) => {
      for (const deadline = Date.now() + 60_000; ; await new Promise((wake) => setTimeout(wake, 100))) {
        const now = await json<{ lastStatus: string; stoppedReason?: string }>("task", "show", task);
        if (now.lastStatus === "STOPPED" || Date.now() > deadline) return now;
      }
    },
    up: async (...options) => {
      await json("up", "--detach", ...options);
    },
    kill: async () => {
      const id = await pid();
      process.kill(id, "SIGKILL");
      for (let waited = 0; isAlive(id) && waited < 5_000; waited += 10)
        await new Promise((wake) => setTimeout(wake, 10));
    },
    purge: async () => {
      const { code, stdout, stderr } = await run("down", "--purge");
      await cluster?.remove();
      rmSync(dataDirectory, { recursive: true, force: true });
      if (code !== 0) throw new Error(`fleetless down --purge ended with ${code}: ${stdout}${stderr}`);
    },
  };
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Any program with the environment of an instance; throws with what it wrote where it fails. */
export const runWith = async (
  instance: FleetlessInstance,
  program: string,
  args: readonly string[],
): Promise<string> => {
  const { stdout } = await execute(program, [...args], { env: instance.environment, maxBuffer: maximumOutputBytes });
  return stdout;
};
