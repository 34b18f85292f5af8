import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** A source file longer than this fails the check; 300 is already long. */
const maximumLines = 500;

/** Source files that hold more than one idea can. */
export const oversizedFiles = (): { readonly path: string; readonly lines: number }[] =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts", "*.tsx"], { encoding: "utf8" })
    .split("\n")
    .filter((path) => path !== "" && existsSync(path))
    .map((path) => ({ path, lines: readFileSync(path, "utf8").split("\n").length - 1 }))
    .filter(({ lines }) => lines > maximumLines);
