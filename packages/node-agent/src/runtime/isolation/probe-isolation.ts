import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GvisorProbe, probeGvisor } from "./gvisor-probe.ts";

/** Whether gVisor runs on this machine, tried anew, which takes about a second. */
export const probeIsolation = async (): Promise<GvisorProbe> => {
  const directory = await mkdtemp(join(tmpdir(), "fleetless-probe-"));
  try {
    return await probeGvisor(join(directory, "answer.json"), directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
