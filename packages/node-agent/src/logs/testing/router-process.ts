/** Runs a log router in a process of its own, which a test may kill at any moment. Drains when its input ends. */
import { createLogger, type SessionResult, systemClock, workloadId } from "@fleetless/kernel";
import { createLogRouter } from "../log-router.ts";
import { loggingContainer, loggingWorkload } from "./logging-workload.ts";

const [server = "", stateDirectory = "", outputPath = "", id = ""] = process.argv.slice(2);

const post = async (path: string, body: unknown): Promise<SessionResult<void>> => {
  const response = await fetch(`${server}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return { ok: true, value: undefined };
};

const router = createLogRouter({
  session: {
    createLogStream: (_workload, stream) => post("/stream", stream),
    putLogEvents: (_workload, delivery) => post("/events", delivery),
  },
  stateDirectory,
  clock: systemClock,
  logger: createLogger("error"),
});
const container = loggingContainer();
const result = await router.open(loggingWorkload(container, workloadId(id)), container, outputPath);
if (!result.ok) throw new Error(result.refusal.message);
process.stdout.write("open\n");
process.stdin.resume().once("end", async () => {
  await router.drain(workloadId(id), container.name, 20_000);
  await router.close();
  process.stdout.write("drained\n");
  process.exit(0);
});
