import {
  type ImageAccess,
  ManualClock,
  nodeId,
  type SessionResult,
  silentLogger,
  type WarmImages,
} from "@fleetless/kernel";
import { afterEach, expect, it } from "vitest";
import type { PreparedImage, PrepareOptions } from "../runtime/contract.ts";
import { ImageWarmer } from "./image-warmer.ts";

const prepared: PreparedImage = {
  reference: "app:1",
  digest: "sha256:1",
  imageId: "sha256:2",
  entryPoint: [],
  command: [],
  environment: [],
  workingDirectory: "/",
  user: "",
  stopSignal: "",
  labels: {},
};
const elsewhere: SessionResult<ImageAccess> = { ok: true, value: { kind: "elsewhere" } };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const startWarmer = (
  prepare: (reference: string, signal: AbortSignal, options: PrepareOptions) => Promise<void>,
  access: () => SessionResult<ImageAccess> = () => elsewhere,
) => {
  const clock = new ManualClock();
  let list: WarmImages = { version: "0", images: [] };
  let wake: () => void = () => undefined;
  const warmer = new ImageWarmer({
    nodeId: nodeId("node-1"),
    directory: "/",
    quiet: { calm: async () => undefined },
    clock,
    logger: silentLogger,
    session: {
      warmImages: async (_id, version, signal) => {
        if (version === list.version) {
          await new Promise<void>((resolve, reject) => {
            wake = resolve;
            signal.addEventListener("abort", () => reject(signal.reason));
          });
        }
        return list;
      },
      warmImageAccess: async () => access(),
    },
    runtime: {
      prepareImage: async (reference, signal, options = {}) => {
        await prepare(reference, signal, options);
        return { ...prepared, reference };
      },
    },
  });
  const want = (...references: readonly string[]): void => {
    const images = references.map((reference) => ({ id: reference, reference, digest: "sha256:1" }));
    list = { version: references.join(), images };
    wake();
  };
  const untilStates = async (...expected: readonly string[]): Promise<void> => {
    const states = () => warmer.states().map(({ reference, state }) => `${reference} ${state}`);
    for (let turn = 0; turn < 400 && states().join() !== expected.join(); turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(states()).toEqual(expected);
  };
  closing.push(() => warmer.close());
  warmer.start();
  return { warmer, clock, want, untilStates };
};

it("makes what is wanted ready, one after another, and forgets what is not wanted any more", async () => {
  const asked: string[] = [];
  let underWay = 0;
  const { want, untilStates, warmer } = startWarmer(async (reference, _signal, { onProgress, pace }) => {
    underWay += 1;
    expect([underWay, pace]).toEqual([1, expect.anything()]);
    asked.push(reference);
    await new Promise((resolve) => setTimeout(resolve, 5));
    onProgress?.({ digest: reference, bytes: 10, total: 10 });
    underWay -= 1;
  });
  want("app:1", "app:2");
  await untilStates("app:1 ready", "app:2 ready");
  expect(warmer.states().map(({ bytes }) => bytes)).toEqual([10, 10]);
  want("app:2");
  await untilStates("app:2 ready");
  expect(asked).toEqual(["app:1", "app:2"]);
});

it("says why an image is not ready, and tries again later", async () => {
  let allowed = false;
  const refusal = { code: "ResourceInitializationError", message: "no rights", retryable: false };
  const { want, untilStates, warmer, clock } = startWarmer(
    async () => undefined,
    () => (allowed ? elsewhere : { ok: false, refusal }),
  );
  want("app:1");
  await untilStates("app:1 failed");
  expect(warmer.states()[0]?.error).toBe("ResourceInitializationError: no rights");
  allowed = true;
  // The warmer goes to sleep in a later turn than the one in which the failure shows.
  await new Promise((resolve) => setTimeout(resolve, 20));
  clock.advance(15_000);
  await untilStates("app:1 ready");
});

it("leaves an image alone that would fill the disk", async () => {
  const { want, untilStates, warmer } = startWarmer(async (_reference, signal, { onProgress }) => {
    onProgress?.({ digest: "sha256:3", bytes: 0, total: 2 ** 50 });
    signal.throwIfAborted();
  });
  want("app:1");
  await untilStates("app:1 failed");
  expect(warmer.states()[0]?.error).toMatch(/^it may take \d+ MiB of the disk/);
});

it("lets go of a pull when it is closed", async () => {
  let left: (() => void) | undefined;
  const { want, untilStates, warmer } = startWarmer(
    (_reference, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          left?.();
          reject(signal.reason);
        });
      }),
  );
  want("app:1");
  await untilStates("app:1 fetching");
  const gone = new Promise<void>((resolve) => {
    left = resolve;
  });
  await warmer.close();
  await gone;
});
