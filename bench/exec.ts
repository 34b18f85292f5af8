import process from "node:process";
import { table } from "../packages/cli/src/output.ts";
import { importBusybox } from "../tests/e2e/support/busybox-image.ts";
import { createInstance } from "../tests/e2e/support/instance.ts";
import { execute } from "../tests/e2e/support/session-manager/execute.ts";
import { Tasks } from "../tests/e2e/support/tasks.ts";

/**
 * How long a key that is typed takes to come back from the terminal inside a container: through the WebSocket, the
 * control plane, the agent, the runtime's shim and the container's own terminal, and back. Milliseconds.
 */
const warmUp = 100;
const keys = 1_000;

const at = (values: readonly number[], share: number): number =>
  [...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
  Number.NaN;

const measure = async (isolation: string): Promise<readonly number[]> => {
  const instance = await createInstance();
  try {
    await instance.up("--isolation", isolation);
    await importBusybox(instance);
    const tasks = new Tasks(instance);
    await tasks.prepare();
    const container = { name: "main", command: ["sleep", "100000"] };
    const task = await tasks.run("bench", [container], "RUNNING", {}, { enableExecuteCommand: true });
    const client = await execute(tasks, task, "cat");
    client.type("ready\r");
    await client.shows("ready\r\nready");
    const taken: number[] = [];
    for (let key = 0; key < warmUp + keys; key += 1) {
      const shown = client.output.length;
      const from = performance.now();
      client.type(key % 70 === 69 ? "\r" : "x");
      await client.until("the key", () => client.output.length > shown);
      if (key >= warmUp) taken.push(performance.now() - from);
      // Nobody types faster, and what a line's end brings besides is then there.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return taken;
  } finally {
    await instance.purge();
  }
};

const milliseconds = (value: number): string => `${value.toFixed(2)} ms`;
const rows = [["keystroke and back", "median", "p99", "least", "goal"]];
for (const isolation of ["runc", "gvisor"]) {
  const taken = await measure(isolation);
  const [median, worst, least] = [at(taken, 0.5), at(taken, 0.99), at(taken, 0)];
  rows.push([
    isolation,
    milliseconds(median),
    milliseconds(worst),
    milliseconds(least),
    median < 5 ? "< 5 ms: met" : "< 5 ms: missed",
  ]);
}
process.stdout.write(`${table(rows)}\n`);
