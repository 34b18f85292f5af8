import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { findTerraform } from "../tests/e2e/support/terraform-installation.ts";

/** Runs vitest and closes with one line, `N passed, N failed`. A test that was skipped counts as failed. */
const directory = mkdtempSync(join(tmpdir(), "fleetless-tests-"));
const report = join(directory, "report.json");

/** A record of a run is read as plain text. */
function withoutColour({ FORCE_COLOR: _, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, NO_COLOR: "1" };
}

const retriedTests = fileURLToPath(new URL("retried-tests.ts", import.meta.url));
const vitest = spawnSync(
  "vitest",
  [
    "run",
    "--reporter=dot",
    "--reporter=json",
    `--reporter=${retriedTests}`,
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: "inherit", env: process.stdout.isTTY ? process.env : withoutColour(process.env) },
);

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
}

const counts: Report = JSON.parse(readFileSync(report, "utf8"));
rmSync(directory, { recursive: true });
const skipped = counts.numPendingTests + counts.numTodoTests;
const suiteFailures = counts.success || counts.numFailedTests > 0 ? 0 : Math.max(1, counts.numFailedTestSuites);
const failed = counts.numFailedTests + skipped + suiteFailures;
if (findTerraform() === undefined) {
  process.stdout.write("Terraform with an AWS provider is not installed: tests/e2e/terraform*.test.ts were left out\n");
}
if (skipped > 0) process.stdout.write(`${skipped} tests were skipped, which counts as failed\n`);
process.stdout.write(`${counts.numPassedTests} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && vitest.status === 0 ? 0 : 1;
