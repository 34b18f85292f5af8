import { probeIsolation } from "../runtime/isolation/probe-isolation.ts";
import { findProgram, neededPrograms } from "./programs.ts";

/** The machine cannot run tasks as it is; the message says how to mend it. */
class UnfitMachineError extends Error {
  override readonly name = "UnfitMachineError";
}

interface Demands {
  readonly isolation: "auto" | "gvisor" | "runc";
  /** A containerd that is not ours, so that none need be installed. */
  readonly containerdAddress: string | undefined;
}

/** Looks, before anything is made, whether all is there that an agent needs. Throws UnfitMachineError. */
export const requireFitMachine = async ({ isolation, containerdAddress }: Demands): Promise<void> => {
  const absent = neededPrograms
    .filter(({ name }) => name !== "containerd" || containerdAddress === undefined)
    .filter(({ name }) => findProgram(name) === undefined);
  if (absent.length > 0) {
    const names = absent.map(({ name }) => name).join(", ");
    const packages = [...new Set(absent.map(({ debianPackage }) => debianPackage))].join(" ");
    throw new UnfitMachineError(
      `This machine lacks ${names}: apt-get install ${packages} (\`fleetless doctor\` checks all that is needed)`,
    );
  }
  if (isolation !== "gvisor") return;
  const probe = await probeIsolation();
  if (probe.works) return;
  throw new UnfitMachineError(
    `gVisor does not work on this machine: ${probe.reason}; apt-get install runsc busybox-static, or choose --isolation runc`,
  );
};
