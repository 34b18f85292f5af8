import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";

let instance: FleetlessInstance;
const script = fileURLToPath(new URL("../../quickstart", import.meta.url));

beforeAll(async () => {
  instance = await createInstance();
});

afterAll(() => instance.purge());

const quickstart = (
  ...args: string[]
): { readonly status: number | null; readonly stdout: string; readonly seconds: number } => {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(script, args, { env: instance.environment, encoding: "utf8" });
  if (status !== 0) throw new Error(stdout + stderr);
  return { status, stdout, seconds: (Date.now() - started) / 1_000 };
};

test("quickstart --json prints one line, and a second run finds the same task", () => {
  const first = JSON.parse(quickstart("--json").stdout);
  expect(Object.keys(first).toSorted()).toEqual(["privateAddress", "publicAddress", "taskArn", "timeline"]);
  expect(first.privateAddress).toMatch(/^172\.31\./);
  expect(first.timeline.length).toBeGreaterThan(3);
  const page = spawnSync("curl", ["-s", "--max-time", "2", `http://${first.publicAddress}/`], { encoding: "utf8" });
  expect(page.stdout).toBe("Hello from a task on Fleetless\n");
  const second = quickstart("--json");
  expect(JSON.parse(second.stdout).taskArn).toBe(first.taskArn);
  expect(second.seconds).toBeLessThan(15);
});

test("quickstart for people shows the page, the logs, the timeline and the commands", () => {
  const { stdout } = quickstart();
  expect(stdout).toContain("answers: Hello from a task on Fleetless");
  expect(stdout).toContain("visitor | ");
  expect(stdout).toContain("Launch timeline");
  expect(stdout).toMatch(/On AWS Fargate this task would have cost \$0\.000\d+ so far, and \$9\.01 a month/);
  expect(stdout).toContain(`export AWS_ENDPOINT_URL=${instance.endpoint}`);
});

test("the example's task definition runs with `fleetless run`, and Ctrl-C stops it", async () => {
  const example = fileURLToPath(new URL("../../examples/hello/task-definition.json", import.meta.url));
  const run = spawn(instance.command, ["run", example], {
    env: instance.environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(run, "exit");
  let messages = "";
  run.stderr.setEncoding("utf8").on("data", (text: string) => {
    messages += text;
  });
  const lines = createInterface(run.stdout);
  lines.on("line", (line) => {
    if (line !== "visitor | Hello from a task on Fleetless") return;
    lines.removeAllListeners("line");
    run.kill("SIGINT");
  });
  await ended;
  expect(messages).toContain("UserInitiated: Interrupted");
});
