import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** Every bench, or those named: `npm run bench`, `npm run bench -- launch registry`. */
const directory = import.meta.dirname;
const all = readdirSync(directory)
  .filter((name) => name.endsWith(".ts") && name !== "run.ts")
  .map((name) => name.slice(0, -".ts".length));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(", ")}: ${all.join(", ")}\n`);
  process.exit(2);
}

// As after `scripts/setup`: an installation's first daemon takes more memory than every later one.
spawnSync(join(directory, "..", "fleetless"), ["doctor"], { stdio: "ignore" });

for (const name of named.length > 0 ? named : all) {
  process.stdout.write(`\n# ${name}\n`);
  const { status } = spawnSync(process.execPath, [join(directory, `${name}.ts`)], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
