import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { loadServiceModel } from "../packages/aws-protocol/src/index.ts";
import { type CatalogueEntry, catalogue } from "../packages/control-plane/src/services/catalogue.ts";

/**
 * Writes docs/compatibility/<service>.md: for each operation of a service's model whether it is enforced, stored
 * or absent. With `--check` nothing is written, and the exit code says whether a page is stale.
 */
const directory = new URL("../docs/compatibility/", import.meta.url);

const pageOf = async (entry: CatalogueEntry): Promise<string> => {
  const model = await loadServiceModel(await entry.model());
  const unknown = [...entry.operationNames, ...entry.storedOnly].filter((name) => !model.operations.has(name));
  if (unknown.length > 0) throw new Error(`${entry.signingName} has no operation ${unknown.join(", ")}`);
  const built = new Set(entry.operationNames);
  const stored = entry.storedOnly;
  const supportOf = (name: string): string => (stored.has(name) ? "stored" : built.has(name) ? "enforced" : "absent");
  const names = [...model.operations.keys()].sort();
  const counts = Map.groupBy(names, supportOf);
  const count = (support: string): number => counts.get(support)?.length ?? 0;
  return [
    `# ${model.serviceId} (\`${entry.signingName}\`)`,
    "",
    "Generated from the handlers by `npm run compatibility`; do not edit.",
    "",
    `${names.length} operations: ${count("enforced")} enforced, ${count("stored")} stored, ${count("absent")} absent.`,
    "*Enforced* does what it says, *stored* only keeps what it is given, *absent* answers an error that names it.",
    "",
    "| operation | support |",
    "|---|---|",
    ...names.map((name) => `| ${name} | ${supportOf(name)} |`),
    "",
  ].join("\n");
};

const current = (file: string): string | undefined => {
  try {
    return readFileSync(new URL(file, directory), "utf8");
  } catch {
    return undefined;
  }
};

mkdirSync(directory, { recursive: true });
const check = process.argv.includes("--check");
const stale: string[] = [];
const files = new Set<string>();
for (const entry of catalogue) {
  const file = `${entry.signingName}.md`;
  const page = await pageOf(entry);
  files.add(file);
  if (current(file) === page) continue;
  stale.push(file);
  if (!check) writeFileSync(new URL(file, directory), page);
}
for (const file of readdirSync(directory).filter((name) => name.endsWith(".md") && !files.has(name))) {
  stale.push(file);
  if (!check) rmSync(new URL(file, directory));
}
if (check && stale.length > 0) {
  process.stderr.write(`Stale in docs/compatibility: ${stale.join(", ")}. Run npm run compatibility.\n`);
  process.exitCode = 1;
}
