import { setTimeout as sleep } from "node:timers/promises";

/** Whether a call was refused for what it asks, so that asking again would change nothing. */
const isRefusal = (thrown: unknown): boolean =>
  thrown instanceof Error && "$fault" in thrown && thrown.$fault === "client" && !/Throttl/.test(thrown.name);

/** Makes a call until it is answered, as a client does that must have it done: Fleetless is away now and then. */
export const persist = async <Answer>(call: () => Promise<Answer>, seconds = 120): Promise<Answer> => {
  for (const deadline = Date.now() + seconds * 1_000; ; await sleep(150)) {
    try {
      return await call();
    } catch (thrown) {
      if (isRefusal(thrown) || Date.now() > deadline) throw thrown;
    }
  }
};
