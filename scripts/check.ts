import { spawnSync } from "node:child_process";
import process from "node:process";
import { oversizedFiles } from "./file-sizes.ts";

/** Every check of the sources; each is run, and all that fail are told. */
const commands: readonly (readonly [string, readonly string[]])[] = [
  ["biome", ["check", "."]],
  ["tsc", ["-p", "."]],
  ["depcruise", ["--config", "dependency-cruiser.config.js", "packages", "scripts", "tests", "bench"]],
  ["knip", ["--no-progress"]],
  ["node", ["scripts/compatibility.ts", "--check"]],
];

const failed: string[] = [];
for (const [command, args] of commands) {
  const name = [command, ...args].join(" ");
  process.stderr.write(`${name}\n`);
  if (spawnSync(command, args, { stdio: "inherit" }).status !== 0) failed.push(name);
}

const large = oversizedFiles();
for (const { path, lines } of large) process.stderr.write(`${path} has ${lines} lines: split it by ideas\n`);
if (large.length > 0) failed.push("file sizes");

if (failed.length > 0) {
  process.stderr.write(`Failed: ${failed.join("; ")}\n`);
  process.exitCode = 1;
}
