import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const module = fileURLToPath(new URL("daemon-process.ts", import.meta.url));

/** A command whose daemon is a plain process that says its id and ends orderly with 7. */
const command = `
  import { spawn } from "node:child_process";
  import { endTogether, exitOf } from ${JSON.stringify(module)};
  const daemon = 'process.once("SIGTERM", () => setTimeout(() => process.exit(7), 100)); setInterval(() => {}, 1000); console.log(process.pid)';
  process.exitCode = await exitOf(endTogether(spawn(process.execPath, ["-e", daemon], { stdio: "inherit" })));
`;

test.each(["SIGTERM", "SIGINT"] as const)("%s to the command ends its daemon first, orderly", async (signal) => {
  const running = spawn(process.execPath, ["--input-type=module", "-e", command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(running.stdout, "data");
  const pid = Number(String(line));
  running.kill(signal);
  const [code] = await once(running, "exit");
  expect(code).toBe(7);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
