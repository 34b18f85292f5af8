import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { explainFailure } from "./explain-failure.ts";
import { parseCommand } from "./options.ts";

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
};

const listenFailure = (port: number, host: string): Promise<unknown> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });

test("wrong arguments are told in one sentence", () => {
  expect(explainFailure(thrownBy(() => parseCommand(["serve", "--listen", "foo"])))).toContain(
    "--listen is an address",
  );
  expect(explainFailure(thrownBy(() => parseCommand(["serve", "--region", "x y"])))).toContain("name of a region");
  expect(explainFailure(thrownBy(() => parseCommand(["serve", "--nonsense"])))).toContain("--nonsense");
});

test("an address that cannot be had is told with what to do", async () => {
  const holder = createServer();
  const port = await new Promise<number>((resolve) => {
    holder.listen(0, "127.0.0.1", () => {
      const address = holder.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  expect(explainFailure(await listenFailure(port, "127.0.0.1"))).toContain(`127.0.0.1:${port} already`);
  holder.close();
  expect(explainFailure(await listenFailure(0, "192.0.2.1"))).toContain("no address 192.0.2.1");
});

test("a damaged store is told as such", () => {
  const directory = mkdtempSync(join(tmpdir(), "fleetless-damaged-"));
  const path = join(directory, "store.sqlite");
  writeFileSync(path, "no database at all ".repeat(100));
  const failure = thrownBy(() => new DatabaseSync(path).exec("SELECT * FROM sqlite_schema"));
  rmSync(directory, { recursive: true });
  expect(explainFailure(failure)).toContain("The store is damaged");
});

test("a fault of ours is left to its stack", () => {
  expect(explainFailure(thrownBy(() => Object(undefined).a.b))).toBeUndefined();
});
