import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Where programs are looked for, whatever the PATH of the person who started Fleetless. */
export const standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

interface NeededProgram {
  readonly name: string;
  /** Prints the version. */
  readonly versionArguments: readonly string[];
  readonly debianPackage: string;
}

const needed = (name: string, debianPackage: string, ...versionArguments: readonly string[]): NeededProgram => ({
  name,
  debianPackage,
  versionArguments,
});

/** Programs without which no task can be run. */
export const neededPrograms: readonly NeededProgram[] = [
  needed("containerd", "containerd", "--version"),
  needed("containerd-shim-runc-v2", "containerd", "-v"),
  needed("runc", "runc", "--version"),
  needed("nft", "nftables", "--version"),
  needed("conntrack", "conntrack", "--version"),
  needed("ip", "iproute2", "-V"),
  needed("sysctl", "procps", "--version"),
  needed("nsenter", "util-linux", "--version"),
  needed("mkfs.ext4", "e2fsprogs", "-V"),
];

/** The program's path, or undefined where there is none that may be executed. */
export const findProgram = (name: string): string | undefined =>
  standardPath
    .split(":")
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
