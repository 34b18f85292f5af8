import { readdir } from "node:fs/promises";
import { runCommand, tryCommand } from "../machine/run-command.ts";
import { namespaceDirectory } from "./names.ts";

/** Names of the network namespaces on this machine that begin with the prefix. */
export const listNamespaces = async (prefix: string): Promise<readonly string[]> => {
  try {
    return (await readdir(namespaceDirectory)).filter((name) => name.startsWith(prefix));
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return [];
    throw thrown;
  }
};

/** Runs lines of `ip` commands in one process, in the machine's own namespace or in the one named. */
export const runIp = async (lines: readonly string[], namespace?: string): Promise<void> => {
  if (lines.length === 0) return;
  const within = namespace === undefined ? [] : ["-n", namespace];
  await runCommand("ip", [...within, "-batch", "-"], { input: lines.map((line) => `${line}\n`).join("") });
};

/** Removes namespaces; one that is gone already is no error. */
export const deleteNamespaces = async (names: readonly string[]): Promise<void> => {
  if (names.length === 0) return;
  const present = new Set(await listNamespaces(""));
  await runIp(names.filter((name) => present.has(name)).map((name) => `netns del ${name}`));
};

/** Names of the network interfaces in a namespace, or in the machine's own. */
export const listInterfaces = async (namespace?: string): Promise<readonly string[]> => {
  const within = namespace === undefined ? [] : ["-n", namespace];
  const { stdout } = await runCommand("ip", [...within, "-j", "link", "show"], { outputLimit: 16 * 1024 * 1024 });
  const parsed: unknown = JSON.parse(stdout);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((link: unknown) =>
    typeof link === "object" && link !== null && "ifname" in link && typeof link.ifname === "string"
      ? [link.ifname]
      : [],
  );
};

/** Removes interfaces; one that goes by itself meanwhile, since its namespace does, is no error. */
export const deleteInterfaces = async (names: readonly string[], namespace?: string): Promise<void> => {
  if (names.length === 0) return;
  const within = namespace === undefined ? [] : ["-n", namespace];
  const input = names.map((name) => `link del ${name}\n`).join("");
  const { stderr } = await tryCommand("ip", [...within, "-force", "-batch", "-"], { input });
  const left = (await listInterfaces(namespace)).filter((name) => names.includes(name));
  if (left.length > 0) throw new Error(`Network interfaces could not be removed: ${left.join(", ")}: ${stderr.trim()}`);
};

/** Sets kernel parameters of a namespace, such as `net.ipv4.ip_forward`. */
export const setParameters = async (namespace: string, parameters: Readonly<Record<string, string>>): Promise<void> => {
  const assignments = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  await runCommand("nsenter", [`--net=${namespaceDirectory}/${namespace}`, "sysctl", "-q", "-w", ...assignments]);
};
