import process from "node:process";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { findTerraform } from "./tests/e2e/support/terraform-installation.ts";

/** Real processes take part in most tests: one that fails is run once more, and those that needed it are named at the end. */
const retry = 1;
/** Every response of every test is checked against its schema. */
const env = { FLEETLESS_VERIFY_RESPONSES: "1" };
/** Where the machine has no Terraform its test is left out, which the end of the run tells, unless it is demanded. */
const terraformIsMissing = findTerraform() === undefined && process.env["FLEETLESS_REQUIRE_TERRAFORM"] !== "1";

const terraformTests = "tests/e2e/terraform*.test.ts";
/** What looks at the whole machine, weighs on it or is timed. */
const aloneTests = ["hostile-tasks", "launch-speed", "purge", "quickstart", "task-limits", "unfit-machine"].map(
  (name) => `tests/e2e/${name}.test.ts`,
);

/** The provider mostly waits, half a minute after each change of a record: side by side, and beside nothing else. */
const terraformProject: TestProjectInlineConfiguration = {
  test: {
    name: "e2e-terraform",
    env,
    include: [terraformTests],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
    sequence: { groupOrder: 1 },
    retry,
  },
};

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", env, include: ["packages/*/src/**/*.test.ts"], testTimeout: 20_000, retry } },
      { test: { name: "wire", env, include: ["tests/wire/**/*.test.ts"], testTimeout: 30_000, retry } },
      {
        test: {
          name: "integration",
          env,
          include: ["tests/integration/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          retry,
        },
      },
      {
        test: {
          name: "e2e",
          env,
          include: ["tests/e2e/**/*.test.ts"],
          exclude: [terraformTests, ...aloneTests],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each has an instance of its own and mostly waits for it.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          retry,
        },
      },
      {
        test: {
          name: "e2e-alone",
          env,
          include: [...aloneTests, "tests/chaos/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          retry,
        },
      },
      ...(terraformIsMissing ? [] : [terraformProject]),
      // What tells most about a store, on the second driver.
      {
        test: {
          name: "e2e-postgresql",
          env: { ...env, FLEETLESS_TEST_STORE: "postgresql" },
          include: ["aws-cli", "task-lifecycle", "restart"].map((name) => `tests/e2e/${name}.test.ts`),
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          retry,
        },
      },
    ],
  },
});
