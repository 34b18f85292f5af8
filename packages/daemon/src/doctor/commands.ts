import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf } from "@fleetless/kernel";
import { findProgram, neededPrograms, probeIsolation, standardPath } from "@fleetless/node-agent";
import { type Check, missing, ok, warning } from "./check.ts";

const execute = promisify(execFile);

/** Whether each program that the node agent runs is there, where it looks for it, with its version. */
const checkNeeded = (): Promise<readonly Check[]> =>
  Promise.all(
    neededPrograms.map(async ({ name, versionArguments, debianPackage }) => {
      const path = findProgram(name);
      if (path === undefined) return missing(name, "not found", `apt-get install ${debianPackage}`);
      try {
        const { stdout, stderr } = await execute(path, [...versionArguments], {
          timeout: 10_000,
          env: { PATH: standardPath },
        });
        const lines = (stdout || stderr).split("\n").map((line) => line.trim());
        return ok(name, lines.find((line) => /\d\.\d/.test(line)) ?? path);
      } catch (error) {
        const reason = messageOf(error).trim().split("\n").at(-1);
        return missing(name, `${path} does not run: ${reason}`, `apt-get install --reinstall ${debianPackage}`);
      }
    }),
  );

/** Runs a sandbox, since only that shows whether one can be run. */
const checkGvisor = async (): Promise<Check> => {
  const probe = await probeIsolation();
  return probe.works
    ? ok("gVisor", `${probe.platform.runsc} runs sandboxes with ${probe.platform.name}`)
    : warning(
        "gVisor",
        `${probe.reason}: tasks are isolated by runc only`,
        "apt-get install runsc busybox-static, or leave it at runc",
      );
};

const checkInit = (): Check => {
  const path = findProgram("tini-static");
  return path === undefined
    ? warning("tini-static", "not found: initProcessEnabled is refused", "apt-get install tini")
    : ok("tini-static", path);
};

const checkCapture = (): Check => {
  const path = findProgram("tcpdump");
  return path === undefined
    ? warning("tcpdump", "not found: `fleetless vpc capture` does not work", "apt-get install tcpdump")
    : ok("tcpdump", path);
};

export const checkCommands = async (): Promise<readonly Check[]> => [
  ...(await checkNeeded()),
  await checkGvisor(),
  checkInit(),
  checkCapture(),
];
