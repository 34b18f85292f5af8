import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Check, missing, ok, warning } from "./check.ts";

const execute = promisify(execFile);

interface NeededCommand {
  readonly name: string;
  readonly args: readonly string[];
  readonly debianPackage: string;
  readonly without: "missing" | "warning";
  readonly consequence?: string;
}

const neededCommands: readonly NeededCommand[] = [
  { name: "containerd", args: ["--version"], debianPackage: "containerd", without: "missing" },
  { name: "runc", args: ["--version"], debianPackage: "runc", without: "missing" },
  {
    name: "runsc",
    args: ["--version"],
    debianPackage: "runsc",
    without: "warning",
    consequence: "tasks are isolated by runc only",
  },
  { name: "nft", args: ["--version"], debianPackage: "nftables", without: "missing" },
  { name: "conntrack", args: ["--version"], debianPackage: "conntrack", without: "missing" },
  { name: "ip", args: ["-V"], debianPackage: "iproute2", without: "missing" },
  { name: "nsenter", args: ["--version"], debianPackage: "util-linux", without: "missing" },
  { name: "mkfs.ext4", args: ["-V"], debianPackage: "e2fsprogs", without: "missing" },
  {
    name: "tini-static",
    args: ["--version"],
    debianPackage: "tini",
    without: "warning",
    consequence: "initProcessEnabled is refused",
  },
];

/** Whether each program that the node agent runs is there, with its version. */
export const checkCommands = (): Promise<readonly Check[]> =>
  Promise.all(
    neededCommands.map(async ({ name, args, debianPackage, without, consequence }) => {
      const mend = `apt-get install ${debianPackage}`;
      try {
        const { stdout, stderr } = await execute(name, [...args], { timeout: 10_000 });
        return ok(name, (stdout || stderr).trim().split("\n")[0] ?? "");
      } catch {
        const found = consequence === undefined ? "not found" : `not found: ${consequence}`;
        return without === "missing" ? missing(name, found, mend) : warning(name, found, mend);
      }
    }),
  );
