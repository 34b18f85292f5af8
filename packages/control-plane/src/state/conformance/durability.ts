import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import type { DriverUnderTest, StoreUnderTest } from "./driver.ts";
import { counters } from "./subjects.ts";
import { writers } from "./write-until-killed.ts";

const killAfter = 200;

export const durabilityConformance = (subject: StoreUnderTest, driver: DriverUnderTest): void => {
  describe("durability", () => {
    it("has every acknowledged write after kill -9, and no half of a transaction", async () => {
      await subject.close();
      const child = spawn(process.execPath, [...driver.writerProgram(subject.directory)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exited = once(child, "exit");
      const acknowledged: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.push(line);
        if (acknowledged.length === killAfter) child.kill("SIGKILL");
      }
      await exited;
      expect(acknowledged.length).toBeGreaterThanOrEqual(killAfter);
      await subject.reopen();
      const stored = new Map(
        (await subject.store.read((tx) => tx.list(counters))).map(({ key, document }) => [key, document.count]),
      );
      expect(acknowledged.filter((key) => !stored.has(key))).toEqual([]);
      const logged = await subject.store.logEvents.readGroup({ group: "killed", limit: 100_000 });
      const messages = new Set(logged.map(({ message }) => message));
      expect(messages.size).toBe(logged.length);
      expect(acknowledged.filter((key) => !messages.has(key))).toEqual([]);
      for (let writer = 0; writer < writers; writer += 1) {
        const latest = stored.get(`${writer}/latest`) ?? 0;
        const inserted = [...stored.keys()].filter((key) => key.startsWith(`${writer}/0`));
        expect(inserted).toHaveLength(latest);
      }
    });
  });
};
