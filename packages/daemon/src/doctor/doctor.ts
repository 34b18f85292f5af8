import process from "node:process";
import type { DaemonCommand } from "../options.ts";
import type { Check } from "./check.ts";
import { checkCommands } from "./commands.ts";
import { checkKernel } from "./kernel.ts";
import { checkDisk, checkPort } from "./room.ts";
import { checkStore } from "./store.ts";

const marks = { ok: "ok     ", warning: "warning", missing: "MISSING" } as const;

/** Prints every check and how to mend what fails; answers the exit code, 1 where something needed is missing. */
export const runDoctor = async (command: Extract<DaemonCommand, { kind: "doctor" }>): Promise<number> => {
  const { dataDirectory, listen, json } = command;
  const checks: readonly Check[] = [
    { name: "Node", outcome: "ok", found: process.version },
    ...(await checkKernel()),
    ...(await checkCommands()),
    checkDisk(dataDirectory),
    await checkPort(listen),
    ...(command.store === undefined ? [] : [await checkStore(command.store)]),
  ];
  process.stdout.write(json ? `${JSON.stringify(checks)}\n` : `${checks.map(lineOf).join("\n")}\n`);
  return checks.some(({ outcome }) => outcome === "missing") ? 1 : 0;
};

const lineOf = ({ name, outcome, found, mend }: Check): string =>
  `${marks[outcome]}  ${name.padEnd(24)} ${found}${mend === undefined ? "" : `\n         → ${mend}`}`;
