import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { FleetlessInstance } from "./instance.ts";
import { runWith } from "./instance.ts";

const execute = promisify(execFile);

/** skopeo, logged in to an instance's registry as `aws ecr get-login-password` does it. */
export interface Skopeo {
  /** Answers what it wrote; throws with its error where it fails. */
  run(...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** The registry's host and port. */
export const registryOf = (instance: FleetlessInstance): string => `127.0.0.1:${instance.port}`;

export const loggedInSkopeo = async (instance: FleetlessInstance, keys: NodeJS.ProcessEnv = {}): Promise<Skopeo> => {
  const directory = await mkdtemp(join(tmpdir(), "fleetless-skopeo-"));
  const authfile = join(directory, "auth.json");
  const environment = { ...instance.environment, ...keys, REGISTRY_AUTH_FILE: authfile };
  const password = (await runWith({ ...instance, environment }, "aws", ["ecr", "get-login-password"])).trim();
  const login = ["login", "--tls-verify=false", "-u", "AWS", "-p", password, registryOf(instance)];
  await execute("skopeo", login, { env: environment });
  return {
    run: async (...args) => (await execute("skopeo", [...args], { env: environment })).stdout,
    close: () => rm(directory, { recursive: true, force: true }),
  };
};
