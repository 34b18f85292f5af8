import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { type Connection, connect, connectIfRunning } from "../connection.ts";
import { endTogether, exitOf, startDaemonProgram } from "../daemon-process.ts";
import { fullSentence, isFull, makeDataDirectory, requireRoot } from "../data-directory.ts";
import { CommandFailure } from "../failure.ts";
import { settingsOf } from "../settings.ts";
import { addStoreOptions, type StoreOptions, storeEnvironment } from "../store-option.ts";

interface UpOptions extends StoreOptions {
  readonly detach?: boolean;
  readonly listen: string;
  readonly region: string;
  readonly accountId: string;
  readonly isolation: string;
  readonly logLevel: string;
  readonly strict?: boolean;
  readonly publicCidr?: string;
  readonly containerd?: string;
  readonly serviceControlPolicies?: string;
  readonly sessionIdleSeconds?: string;
  readonly overcommit?: string;
  readonly linkLocalPacketsPerSecond?: string;
}

const startMilliseconds = 60_000;

export const addUp = (program: Command): void => {
  addStoreOptions(program.command("up"))
    .description("start Fleetless")
    .option("--detach", "return once it answers, leaving it running")
    .option(
      "--listen <address>",
      "address and port of the AWS endpoint",
      process.env.FLEETLESS_LISTEN ?? "127.0.0.1:4566",
    )
    .option("--region <region>", "the region it is", "us-east-1")
    .option("--account-id <id>", "the account it is", "123456789012")
    .option("--isolation <kind>", "auto, gvisor or runc", "auto")
    .option("--log-level <level>", "trace, debug, info, warn, error or silent", "info")
    .option("--strict", "refuse the well-known local key test/test")
    .option("--public-cidr <cidr>", "addresses for tasks with assignPublicIp (default: a slice of 198.18.0.0/15)")
    .option("--session-idle-seconds <n>", "when a session in a container ends that nobody uses (default: 1200)")
    .option("--overcommit <factors>", "how often resources may be promised (default: cpu=8,memory=1,storage=10)")
    .option("--link-local-packets-per-second <n>", "what a task may send to its resolver and metadata (default: 1024)")
    .option("--service-control-policies <file>", "policies that hold for everyone in the account, root too")
    .option("--containerd <socket>", "use this containerd instead of one of its own")
    .action(async (options: UpOptions, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      requireRoot();
      makeDataDirectory(dataDirectory);
      const args = daemonArguments(dataDirectory, options);
      const environment = storeEnvironment(options);
      if (options.detach !== true) {
        if (output.json) args.push("--json");
        process.exitCode = await exitOf(endTogether(startDaemonProgram(args, "inherit", environment)));
        return;
      }
      const running = await connectIfRunning(dataDirectory);
      const { status } = running ?? (await startDetached(dataDirectory, args, environment, output.progress));
      output.result(
        status,
        `Fleetless ${running ? "was already" : "is"} up at ${status.endpoint} (process ${status.pid})`,
      );
    });
};

const daemonArguments = (dataDirectory: string, options: UpOptions): string[] => [
  "serve",
  "--data-directory",
  dataDirectory,
  "--listen",
  options.listen,
  "--region",
  options.region,
  "--account-id",
  options.accountId,
  "--isolation",
  options.isolation,
  "--log-level",
  options.logLevel,
  ...(options.strict === true ? ["--strict"] : []),
  ...(options.publicCidr === undefined ? [] : ["--public-cidr", options.publicCidr]),
  ...(options.sessionIdleSeconds === undefined ? [] : ["--session-idle-seconds", options.sessionIdleSeconds]),
  ...(options.overcommit === undefined ? [] : ["--overcommit", options.overcommit]),
  ...(options.linkLocalPacketsPerSecond === undefined
    ? []
    : ["--link-local-packets-per-second", options.linkLocalPacketsPerSecond]),
  ...(options.containerd === undefined ? [] : ["--containerd", options.containerd]),
  ...(options.serviceControlPolicies === undefined
    ? []
    : ["--service-control-policies", resolve(options.serviceControlPolicies)]),
];

const startDetached = async (
  dataDirectory: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  progress: (message: string) => void,
): Promise<Connection> => {
  const logPath = join(dataDirectory, "fleetless.log");
  const log = openSync(logPath, "a", 0o600);
  const logStart = fstatSync(log).size;
  const child = startDaemonProgram(args, { detachedInto: log }, environment);
  closeSync(log);
  let exited: number | undefined;
  exitOf(child).then(
    (code) => {
      exited = code;
    },
    () => {
      exited = 1;
    },
  );
  const started = Date.now();
  let told = false;
  while (Date.now() - started < startMilliseconds) {
    const connection = await connect(dataDirectory).catch(() => undefined);
    if (connection !== undefined) {
      child.unref();
      return connection;
    }
    if (exited !== undefined) {
      const reason =
        lastSentence(logPath, logStart) ?? (isFull(dataDirectory) ? fullSentence(dataDirectory) : undefined);
      throw new CommandFailure(reason ?? `Fleetless ended at once; its log is ${logPath}`, exited === 0 ? 1 : exited);
    }
    if (!told && Date.now() - started > 1_000) {
      progress("Fleetless is starting …");
      told = true;
    }
    await sleep(50);
  }
  throw new CommandFailure(`Fleetless did not answer within ${startMilliseconds / 1000} s; its log is ${logPath}`);
};

/** Why a daemon ended, from the last line that it wrote into its log; undefined where it wrote none. */
const lastSentence = (logPath: string, start: number): string | undefined => {
  const last = readFileSync(logPath).toString("utf8", start).trimEnd().split("\n").at(-1) ?? "";
  try {
    const parsed: { msg?: unknown } = JSON.parse(last);
    if (typeof parsed.msg === "string") return parsed.msg;
  } catch {
    // A line that is not the logger's own, such as an uncaught error.
  }
  return last === "" ? undefined : last.replace(/^fleetless: /, "");
};
