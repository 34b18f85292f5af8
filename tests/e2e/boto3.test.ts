import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { busyboxReference, importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance, runWith } from "./support/instance.ts";

let instance: FleetlessInstance;

beforeAll(async () => {
  instance = await createInstance();
  await instance.up();
  await importBusybox(instance);
});

afterAll(() => instance.purge());

test("an unmodified boto3 runs a task to its end", async () => {
  const script = fileURLToPath(new URL("boto3_flow.py", import.meta.url));
  expect(JSON.parse(await runWith(instance, "python3", [script, busyboxReference]))).toEqual({
    account: "123456789012",
    exitCode: 7,
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    cpu: "256",
    memory: "512",
    tags: [{ key: "purpose", value: "test" }],
    messages: ["hi"],
    refusal: "ClusterNotFoundException",
  });
});
