import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { buildImageLayout, type LayoutFile } from "@fleetless/node-agent";
import type { FleetlessInstance } from "./instance.ts";

export const sdkReference = "fleetless.test/sdk:1";

/**
 * Brings an image into an instance that holds Node, AWS's unmodified SDK v3 for some clients, and a program
 * at /app/main.mjs: what a user's own image would hold.
 */
export const importSdkImage = async (
  instance: FleetlessInstance,
  packages: readonly string[],
  program: string,
): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), "fleetless-sdk-"));
  try {
    await buildImageLayout({
      directory,
      reference: sdkReference,
      files: [...nodeFiles(), ...packageFiles(packages), { path: "app/main.mjs", mode: 0o644, content: program }],
      config: { Cmd: ["/bin/node", "/app/main.mjs"], Env: ["PATH=/bin"], WorkingDir: "/app" },
    });
    await instance.json("image", "import", directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** Node's program and the libraries that it is linked with, at the paths where the loader looks for them. */
const nodeFiles = (): LayoutFile[] => {
  const libraries = execFileSync("ldd", [process.execPath], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g);
  return [
    { path: "bin/node", mode: 0o755, sourcePath: process.execPath },
    ...[...libraries].map(([, path = ""]) => ({ path: path.slice(1), mode: 0o755, sourcePath: realpathSync(path) })),
  ];
};

const packageFiles = (names: readonly string[]): LayoutFile[] => {
  const found = new Map<string, string>();
  const visit = (name: string, from: string): void => {
    const root = packageRoot(name, from);
    const target = relative(join(import.meta.dirname, "../../.."), root);
    if (found.has(target)) return;
    found.set(target, root);
    const manifest: { dependencies?: Record<string, string> } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    );
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, root);
  };
  for (const name of names) visit(name, import.meta.dirname);
  return [...found].flatMap(([target, root]) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(c?js|mjs|json)$/.test(path) && !path.startsWith("node_modules/"))
      .filter((path) => statSync(join(root, path)).isFile())
      .map((path) => ({ path: `app/${target}/${path}`, mode: 0o644, sourcePath: join(root, path) })),
  );
};

/** The directory of an installed package as seen from another. */
const packageRoot = (name: string, from: string): string => {
  for (const path of createRequire(join(from, "index.js")).resolve.paths(name) ?? []) {
    if (existsSync(join(path, name, "package.json"))) return realpathSync(join(path, name));
  }
  throw new Error(`${name} is not installed for ${dirname(from)}`);
};
