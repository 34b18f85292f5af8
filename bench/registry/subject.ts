import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { createInstance } from "../../tests/e2e/support/instance.ts";

/** A registry as a process of its own, with a repository `bench`. */
export interface Subject {
  readonly name: string;
  readonly endpoint: string;
  /** What curl is given for every request. */
  readonly login: readonly string[];
  close(): Promise<void>;
}

export const startOurs = async (): Promise<Subject> => {
  const instance = await createInstance();
  await instance.up("--log-level", "warn");
  const ecr = new ECRClient(instance.clientSettings);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: "bench" }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  return {
    name: "Fleetless",
    endpoint: instance.endpoint,
    login: ["-H", `authorization: Basic ${authorizationData?.[0]?.authorizationToken}`],
    close: () => instance.purge(),
  };
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await new Promise((resolve) => child.once("exit", resolve));
};

/** Debian's docker-registry, or the reason why none runs here. */
export const startDockerRegistry = async (): Promise<Subject | { readonly reason: string }> => {
  if (spawnSync("which", ["docker-registry"]).status !== 0) {
    return { reason: "docker-registry is not installed (Debian's package of that name)" };
  }
  const directory = mkdtempSync(join(tmpdir(), "fleetless-bench-registry-"));
  const port = await freePort();
  const configuration = {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, "data") } },
    http: { addr: `127.0.0.1:${port}` },
  };
  const path = join(directory, "config.yml");
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(configuration));
  const child = spawn("docker-registry", ["serve", path], { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    await stop(child);
    rmSync(directory, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + 10_000; ; await sleep(50)) {
    if ((await fetch(`${endpoint}/v2/`).catch(() => undefined))?.ok) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      await close();
      return { reason: "docker-registry did not start" };
    }
  }
  return { name: "docker-registry", endpoint, login: [], close };
};
