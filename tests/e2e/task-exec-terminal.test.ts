import { fileURLToPath } from "node:url";
import type { Task } from "@aws-sdk/client-ecs";
import { beforeAll, expect, test } from "vitest";
import { runWith } from "./support/instance.ts";
import { untilTerminated, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");
const driver = fileURLToPath(new URL("./terminal.py", import.meta.url));
let task: Task;

beforeAll(async () => {
  const enabled = { enableExecuteCommand: true };
  task = await fleetless.tasks.run("inside", [{ name: "main", ...untilTerminated() }], "RUNNING", {}, enabled);
});

/** Whether the terminal here gathers lines, echoes keys, makes signals of them, and changes line ends in and out. */
const cooked = [true, true, true, true, true];
const raw = [false, false, false, false, false];

test.each([
  ["the shell's exit", "exit", 7],
  ["SIGTERM", "terminate", expect.any(Number)],
])(
  "exec -it in a real terminal is raw, follows its size, and leaves it as it was after %s",
  async (_, manner, code) => {
    const { instance } = fleetless;
    const told = JSON.parse(await runWith(instance, "python3", [driver, instance.command, task.taskArn ?? "", manner]));
    expect(told).toEqual({
      before: cooked,
      during: raw,
      size: "30 100",
      resized: "20 50",
      bytes: "a\tb\u001b[1mc",
      after: cooked,
      code,
    });
  },
);

test("exec -t wants a terminal", async () => {
  const { instance } = fleetless;
  const { code, stderr } = await instance.run("task", "exec", "-it", task.taskArn ?? "", "--", "true");
  expect([code, stderr]).toEqual([1, expect.stringContaining("-t needs a terminal as standard input")]);
});
