import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StoreClosedError } from "../store.ts";
import { Connection } from "./connection.ts";
import { GroupCommit, JobRefused } from "./group-commit.ts";

class CountingConnection extends Connection {
  commits = 0;

  override execute(sql: string): void {
    if (sql === "COMMIT") this.commits += 1;
    super.execute(sql);
  }
}

describe("group commit", () => {
  let directory = "";
  let writer = new CountingConnection(":memory:", "writer");
  let commits = new GroupCommit(writer);
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "fleetless-commit-"));
    writer = new CountingConnection(join(directory, "a.sqlite"), "writer");
    writer.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY)");
    commits = new GroupCommit(writer);
  });
  afterEach(() => {
    writer.close();
    rmSync(directory, { recursive: true });
  });

  const insert = (number: number) =>
    commits.submit((connection) => connection.run("INSERT INTO numbers VALUES (?)", number));
  const stored = () => writer.all("SELECT number FROM numbers").map((row) => row.number);

  it("lets all jobs of one turn share one commit", async () => {
    await Promise.all([insert(1), insert(2), insert(3)]);
    expect(writer.commits).toBe(1);
    await insert(4);
    expect(writer.commits).toBe(2);
  });

  it("leaves out a job that refuses, and keeps the others", async () => {
    const refused = commits.submit(() => {
      throw new JobRefused(new Error("not me"));
    });
    const outcomes = await Promise.allSettled([insert(1), refused, insert(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(stored()).toEqual([1, 2]);
  });

  it("acknowledges nothing of a commit that fails", async () => {
    const outcomes = await Promise.allSettled([insert(1), insert(1), insert(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(stored()).toEqual([]);
    await insert(5);
    expect(stored()).toEqual([5]);
  });

  it("commits what waits when it closes, and refuses the rest", async () => {
    const waiting = insert(1);
    commits.close();
    await waiting;
    await expect(insert(2)).rejects.toBeInstanceOf(StoreClosedError);
  });
});
