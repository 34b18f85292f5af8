import type { ExitDetails } from "@fleetless/engine";
import type { ContainerExit } from "../runtime/contract.ts";

/** What a task's lifecycle learns of an exit. */
export const exitDetails = ({ exitCode, at, outOfMemory, reason }: ContainerExit): ExitDetails => ({
  exitCode,
  at,
  outOfMemory,
  ...(reason === undefined ? {} : { reason }),
});
