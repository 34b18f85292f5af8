import type { OpenedStore } from "../append/append-tables.ts";
import { counters } from "./subjects.ts";

export const writers = 4;

/** Writes for ever with several writers at once, and says each write on standard output once it is acknowledged. */
export const writeUntilKilled = async (store: OpenedStore): Promise<never> => {
  const write = async (writer: number): Promise<never> => {
    for (let count = 1; ; count += 1) {
      const key = `${writer}/${String(count).padStart(8, "0")}`;
      await store.transaction(async (tx) => {
        tx.insert(counters, key, { count });
        tx.put(counters, `${writer}/latest`, { count });
      });
      await store.logEvents.append({
        group: "killed",
        stream: `${writer}`,
        ingestionTime: count,
        batch: count,
        events: [{ timestamp: count, message: key }],
      });
      process.stdout.write(`${key}\n`);
    }
  };
  return Promise.race(Array.from({ length: writers }, (_, writer) => write(writer)));
};
