import { execFile, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A program that builds, pushes and pulls images, with files of its own throughout. */
export interface ContainerClient {
  readonly name: string;
  /** With the password on standard input. */
  login(registry: string, password: string): Promise<void>;
  logout(registry: string): Promise<void>;
  /** From a directory with a Dockerfile. */
  build(directory: string, reference: string): Promise<void>;
  /** Gives an image that it has another name. */
  tag(reference: string, other: string): Promise<void>;
  push(reference: string): Promise<void>;
  /** Drops every image that it has, then pulls one; answers the digest that the registry gave. */
  pull(reference: string): Promise<string>;
  close(): Promise<void>;
}

/** Runs a program to its end; throws with all that it wrote. */
const run = (
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  input = "",
): Promise<{ readonly stdout: string }> => {
  const running = execute(program, [...args], { env: environment });
  running.child.stdin?.end(input);
  return running;
};

const digestOf = (json: string): string => /sha256:[0-9a-f]{64}/.exec(json)?.[0] ?? "";

/** A docker daemon of the test's own. It has no network and touches no packet filter: it only moves images. */
export const startDocker = async (): Promise<ContainerClient> => {
  const directory = mkdtempSync(join(tmpdir(), "fleetless-docker-"));
  const host = `unix://${join(directory, "docker.sock")}`;
  const log = join(directory, "log");
  const logFile = openSync(log, "w");
  const own = ["data-root", "exec-root", "pidfile"].flatMap((name) => [`--${name}`, join(directory, name)]);
  const isolated = ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"];
  const daemon = spawn("dockerd", ["--host", host, ...own, ...isolated], { stdio: ["ignore", logFile, logFile] });
  const ended = new Promise((resolve) => daemon.once("close", resolve));
  closeSync(logFile);
  const environment = {
    ...process.env,
    DOCKER_HOST: host,
    DOCKER_CONFIG: join(directory, "config"),
    DOCKER_BUILDKIT: "0",
  };
  const docker = async (args: readonly string[], input = ""): Promise<string> =>
    (await run("docker", args, environment, input)).stdout;
  const close = async (): Promise<void> => {
    daemon.kill("SIGTERM");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries += 1) {
    if (await docker(["version"]).catch(() => undefined)) break;
    if (daemon.exitCode !== null || tries > 150) {
      const output = readFileSync(log, "utf8").slice(-1_000);
      await close();
      throw new Error(`dockerd did not start: ${output}`);
    }
    await sleep(100);
  }
  return {
    name: "docker",
    login: async (registry, password) => {
      await docker(["login", "--username", "AWS", "--password-stdin", registry], password);
    },
    logout: async (registry) => {
      await docker(["logout", registry]);
    },
    build: async (context, reference) => {
      await docker(["build", "--quiet", "--tag", reference, context]);
    },
    tag: async (reference, other) => {
      await docker(["tag", reference, other]);
    },
    push: async (reference) => {
      await docker(["push", "--quiet", reference]);
    },
    pull: async (reference) => {
      await docker(["image", "prune", "--all", "--force"]);
      await docker(["pull", "--quiet", reference]);
      return digestOf(await docker(["image", "inspect", "--format", "{{json .RepoDigests}}", reference]));
    },
    close,
  };
};

/** buildah or podman, which share their storage's format and their options. Nothing of them runs between commands. */
const storageClient = (program: "buildah" | "podman"): ContainerClient => {
  const directory = mkdtempSync(join(tmpdir(), `fleetless-${program}-`));
  const inside = (name: string): string => join(directory, name);
  const policy = inside("policy.json");
  const configuration = inside("containers.conf");
  const networks = inside("networks");
  mkdirSync(networks);
  writeFileSync(policy, JSON.stringify({ default: [{ type: "insecureAcceptAnything" }] }));
  const settings = [
    `[engine]\nlock_type = "file"\nevents_logger = "none"\ntmp_dir = "${inside("run")}"`,
    `static_dir = "${inside("static")}"\nvolume_path = "${inside("volumes")}"`,
    `[network]\nnetwork_config_dir = "${networks}"\n`,
  ];
  writeFileSync(configuration, settings.join("\n"));
  const environment = {
    ...process.env,
    CONTAINERS_CONF: configuration,
    REGISTRY_AUTH_FILE: inside("auth.json"),
    TMPDIR: directory,
  };
  const storage = ["--root", inside("storage"), "--runroot", inside("runroot"), "--storage-driver", "vfs"];
  const trust = ["--signature-policy", policy];
  const client = async (args: readonly string[], input = ""): Promise<string> =>
    (await run(program, [...storage, ...args], environment, input)).stdout;
  return {
    name: program,
    login: async (registry, password) => {
      await client(["login", "--tls-verify=false", "--username", "AWS", "--password-stdin", registry], password);
    },
    logout: async (registry) => {
      await client(["logout", registry]);
    },
    build: async (context, reference) => {
      await client(["build", "--isolation", "chroot", ...trust, "--tls-verify=false", "--tag", reference, context]);
    },
    tag: async (reference, other) => {
      await client(["tag", reference, other]);
    },
    push: async (reference) => {
      await client(["push", "--quiet", ...trust, "--tls-verify=false", reference]);
    },
    pull: async (reference) => {
      await client(["rmi", "--all", "--force"]);
      await client(["pull", "--quiet", ...trust, "--tls-verify=false", reference]);
      const inspected = program === "podman" ? ["image", "inspect"] : ["inspect", "--type", "image"];
      return digestOf(
        await client([
          ...inspected,
          "--format",
          program === "podman" ? "{{.Digest}}" : "{{.FromImageDigest}}",
          reference,
        ]),
      );
    },
    close: async () => rmSync(directory, { recursive: true, force: true }),
  };
};

export const buildah = (): ContainerClient => storageClient("buildah");
export const podman = (): ContainerClient => storageClient("podman");
