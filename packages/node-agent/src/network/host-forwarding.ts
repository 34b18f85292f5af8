import { mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../machine/run-command.ts";

/** Shared by the instances on a machine: what each interface was set to before the first of them came. */
const stateDirectory = "/run/fleetless-forwarding";

const forwardingPath = (name: string): string => `/proc/sys/net/ipv4/conf/${name}/forwarding`;

/** The interfaces that carry this machine's default routes. */
export const defaultRouteInterfaces = async (): Promise<readonly string[]> => {
  const { stdout } = await runCommand("ip", ["-4", "-j", "route", "show", "default"]);
  const routes: unknown = JSON.parse(stdout || "[]");
  if (!Array.isArray(routes)) return [];
  const names = routes.flatMap((route: unknown) =>
    typeof route === "object" && route !== null && "dev" in route && typeof route.dev === "string" ? [route.dev] : [],
  );
  return [...new Set(names)];
};

const readOr = async (path: string, otherwise: string): Promise<string> => {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    return otherwise;
  }
};

/** Lets packets that come in through the interface be forwarded; remembers what was, for `withdrawForwarding`. */
export const enableForwarding = async (name: string, instance: string): Promise<void> => {
  const directory = join(stateDirectory, name);
  await mkdir(join(directory, "instances"), { recursive: true, mode: 0o700 });
  await writeFile(join(directory, "original"), await readFile(forwardingPath(name), "utf8"), { flag: "wx" }).catch(
    (thrown: unknown) => {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
    },
  );
  await writeFile(join(directory, "instances", instance), "");
  await writeFile(forwardingPath(name), "1");
};

/** Takes this instance's wish for forwarding back; the last one restores what was before the first. */
export const withdrawForwarding = async (instance: string): Promise<void> => {
  for (const name of await readdir(stateDirectory).catch(() => [])) {
    const directory = join(stateDirectory, name);
    await rm(join(directory, "instances", instance), { force: true });
    if ((await readdir(join(directory, "instances"))).length > 0) continue;
    const original = await readOr(join(directory, "original"), "");
    if (original !== "" && (await readOr(forwardingPath(name), "")) !== "") {
      await writeFile(forwardingPath(name), original);
    }
    await rm(directory, { recursive: true, force: true });
  }
  await rmdir(stateDirectory).catch(() => undefined);
};
