import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { afterAll, beforeAll } from "vitest";
import { storeConformance } from "../conformance.ts";
import { openPostgresStore } from "./open.ts";
import { startTestCluster, type TestCluster } from "./testing/cluster.ts";

let running: TestCluster | undefined;
beforeAll(async () => {
  running = await startTestCluster();
}, 60_000);
afterAll(() => running?.remove());

const cluster = (): TestCluster => {
  if (running === undefined) throw new Error("No cluster runs.");
  return running;
};

/** Each test's directory stands for a schema of its own. */
const schemaOf = (directory: string): string =>
  `test_${createHash("sha256").update(directory).digest("hex").slice(0, 16)}`;

storeConformance({
  name: "PostgreSQL",
  open: (directory) =>
    openPostgresStore({ location: cluster().location(schemaOf(directory)), logger: silentLogger, clock: systemClock }),
  writerProgram: (directory) => [
    fileURLToPath(new URL("./conformance-writer.ts", import.meta.url)),
    cluster().url(schemaOf(directory)),
  ],
});
