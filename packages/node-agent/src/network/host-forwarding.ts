import { mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../machine/run-command.ts";

/** Shared by the instances on a machine: what each interface was set to before the first of them came. */
const stateDirectory = "/run/fleetless-forwarding";

const parameterPath = (parameter: string): string => `/proc/sys/net/${parameter}`;

/** The interfaces that carry this machine's default routes. */
export const defaultRouteInterfaces = async (family: "-4" | "-6" = "-4"): Promise<readonly string[]> => {
  const { stdout } = await runCommand("ip", [family, "-j", "route", "show", "default"]);
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

/** Sets a parameter of the machine, named below /proc/sys/net; remembers what was, for `withdrawForwarding`. */
const setParameter = async (parameter: string, value: string, instance: string): Promise<void> => {
  const directory = join(stateDirectory, encodeURIComponent(parameter));
  await mkdir(join(directory, "instances"), { recursive: true, mode: 0o700 });
  const original = await readFile(parameterPath(parameter), "utf8");
  await writeFile(join(directory, "original"), original, { flag: "wx" }).catch((thrown: unknown) => {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
  });
  await writeFile(join(directory, "instances", instance), "");
  await writeFile(parameterPath(parameter), value);
};

/** Lets packets that come in through the interface be forwarded; remembers what was, for `withdrawForwarding`. */
export const enableForwarding = (name: string, instance: string): Promise<void> =>
  setParameter(`ipv4/conf/${name}/forwarding`, "1", instance);

/** Since Linux 6.17 an interface's own packets are forwarded where it says so; before, all of the machine's or none. */
const forcedParameter = (name: string): string => `ipv6/conf/${name}/force_forwarding`;

/**
 * As above for IPv6. Where the machine must forward as a whole, it goes on to take its own address and default route
 * from the routers that it has heard so far. Nothing is done where the machine has no IPv6.
 */
export const enableIpv6Forwarding = async (external: readonly string[], instance: string): Promise<void> => {
  if ((await readOr(parameterPath("ipv6/conf/all/forwarding"), "")) === "") return;
  if ((await readOr(parameterPath(forcedParameter("all")), "")) !== "") {
    for (const name of external) await setParameter(forcedParameter(name), "1", instance);
    return;
  }
  for (const name of external) {
    const acceptance = `ipv6/conf/${name}/accept_ra`;
    if ((await readOr(parameterPath(acceptance), "")) === "1") await setParameter(acceptance, "2", instance);
  }
  await setParameter("ipv6/conf/all/forwarding", "1", instance);
};

/** Of an interface of our own, which goes with all that was set of it. */
export const forwardIpv6OfUplink = async (name: string): Promise<void> => {
  if ((await readOr(parameterPath(forcedParameter(name)), "")) === "") return;
  await writeFile(parameterPath(forcedParameter(name)), "1");
};

/** Takes this instance's wish for forwarding back; the last one restores what was before the first. */
export const withdrawForwarding = async (instance: string): Promise<void> => {
  // In this order forwarding ends before routers' advertisements are taken as they were.
  for (const name of (await readdir(stateDirectory).catch(() => [])).sort()) {
    const parameter = decodeURIComponent(name);
    const directory = join(stateDirectory, name);
    await rm(join(directory, "instances", instance), { force: true });
    if ((await readdir(join(directory, "instances"))).length > 0) continue;
    const original = await readOr(join(directory, "original"), "");
    if (original !== "" && (await readOr(parameterPath(parameter), "")) !== "") {
      await writeFile(parameterPath(parameter), original);
    }
    await rm(directory, { recursive: true, force: true });
  }
  await rmdir(stateDirectory).catch(() => undefined);
};
