import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("../../packages/cli/bin/fleetless", import.meta.url));
const maximumOutputBytes = 16 * 1024 * 1024;

/** What `fleetless --json <args>` answers. Throws an Error with its sentence where it fails. */
export const fleetless = async <Answer>(...args: readonly string[]): Promise<Answer> => {
  try {
    const { stdout } = await promisify(execFile)(program, ["--json", ...args], { maxBuffer: maximumOutputBytes });
    return JSON.parse(stdout);
  } catch (error) {
    if (error instanceof Error && "stdout" in error && typeof error.stdout === "string" && error.stdout !== "") {
      const answer: { error?: string } = JSON.parse(error.stdout);
      throw new Error(answer.error ?? error.message);
    }
    throw error;
  }
};
