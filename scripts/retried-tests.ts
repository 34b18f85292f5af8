import process from "node:process";
import type { Reporter, TestCase } from "vitest/node";

/** Names every test that passed only when it was run again, so that none of them hides. */
export default class RetriedTests implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    const retries = test.diagnostic()?.retryCount ?? 0;
    if (state === "passed" && retries > 0) this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd(): void {
    if (this.#names.length === 0) return;
    process.stdout.write(`\nPassed only when run again:\n${this.#names.map((name) => `  ${name}\n`).join("")}`);
  }
}
