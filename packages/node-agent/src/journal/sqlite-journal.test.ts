import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { createTask } from "@fleetless/engine";
import { silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleWorkload } from "../tasks/testing/sample-workload.ts";
import type { JournalEntry } from "./journal.ts";
import { createTaskJournal } from "./sqlite-journal.ts";

let directory: string;
const openJournal = () => createTaskJournal({ directory, logger: silentLogger });
const newEntry = (): JournalEntry => ({ task: createTask(sampleWorkload(), "runc", 1), equipment: { images: {} } });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fleetless-journal-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe("the task journal", () => {
  test("keeps the newest entry of each task, over a close, until it is removed", async () => {
    const first = newEntry();
    const second = newEntry();
    const newer = { ...first, task: { ...first.task, sequence: 99 } };
    const journal = openJournal();
    journal.write(first);
    journal.write(second);
    journal.write(newer);
    await journal.close();
    const again = openJournal();
    expect(
      again
        .read()
        .map((entry) => entry.task.sequence)
        .sort(),
    ).toEqual([1, 99]);
    again.remove(first.task.workload.id);
    expect(again.read()).toEqual([second]);
    await again.close();
  });

  test("survives kill -9 right after a write", () => {
    const entry = newEntry();
    const module = pathToFileURL(join(import.meta.dirname, "sqlite-journal.ts")).href;
    const script = join(directory, "write-and-die.ts");
    writeFileSync(
      script,
      `import { createTaskJournal } from ${JSON.stringify(module)};
       const journal = createTaskJournal({ directory: ${JSON.stringify(directory)}, logger: undefined });
       journal.write(${JSON.stringify(entry)});
       process.kill(process.pid, "SIGKILL");`,
    );
    const { signal } = spawnSync(process.execPath, [script], { cwd: import.meta.dirname });
    expect(signal).toBe("SIGKILL");
    expect(openJournal().read()).toEqual([entry]);
  });

  test("flushes what was written, many at once, and goes on after a checkpoint", async () => {
    const journal = openJournal();
    const entry = newEntry();
    for (let sequence = 0; sequence < 1_200; sequence += 1) {
      journal.write({ ...entry, task: { ...entry.task, sequence } });
      if (sequence % 300 === 0) await Promise.all([journal.flush(), journal.flush()]);
    }
    await journal.flush();
    expect(journal.read().map((stored) => stored.task.sequence)).toEqual([1_199]);
    await journal.close();
  });

  test("leaves out what it cannot read", async () => {
    const journal = openJournal();
    const entry = newEntry();
    journal.write(entry);
    const database = new DatabaseSync(join(directory, "tasks.sqlite"));
    database.exec("INSERT INTO tasks VALUES ('torn', 1, '{\"task\":'), ('future', 2, '{}')");
    database.close();
    expect(journal.read()).toEqual([entry]);
    await journal.close();
  });

  test("remembers when the agent was last awake", async () => {
    const journal = openJournal();
    expect(journal.lastAwake()).toBeUndefined();
    journal.markAwake(1_795_250_000_000);
    journal.markAwake(1_795_250_005_000);
    await journal.close();
    const again = openJournal();
    expect(again.lastAwake()).toBe(1_795_250_005_000);
    await again.close();
  });

  test("is for root's eyes alone", async () => {
    const inner = join(directory, "inner");
    const journal = createTaskJournal({ directory: inner, logger: silentLogger });
    expect(statSync(inner).mode & 0o077).toBe(0);
    await journal.close();
  });
});
