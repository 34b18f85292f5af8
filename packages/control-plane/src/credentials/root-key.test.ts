import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenedStore } from "../state/append/append-tables.ts";
import { openSqliteStore } from "../state/sqlite/open.ts";
import { openMasterKey } from "./master-key.ts";
import { RootKeyError, type RootKeySource, rootKeyFile, rootPassphraseFile } from "./root-key.ts";

let directory = "";
let store: OpenedStore;
const at = (name: string): string => join(directory, name);
const open = (rootKey: RootKeySource): Promise<Buffer> =>
  openMasterKey({ store, rootKey, formerPath: at("master.key") });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-root-key-"));
  store = await openSqliteStore({ path: at("store"), logger: silentLogger, clock: new ManualClock() });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

describe("a root key in a file", () => {
  it("is made once, for its owner alone, also when several make it at the same time", async () => {
    const path = at("keys/root.key");
    const keys = await Promise.all(Array.from({ length: 5 }, () => open(rootKeyFile(path, true))));
    for (const key of keys) expect(key).toEqual(keys[0]);
    expect(keys[0]).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(at("keys"))).toEqual(["root.key"]);
    expect(await open(rootKeyFile(path, false))).toEqual(keys[0]);
    await chmod(path, 0o640);
    await expect(open(rootKeyFile(path, true))).rejects.toThrow(`chmod 600 ${path}`);
  });

  it("is not made anew where it went missing, and no other opens what is under it", async () => {
    const path = at("root.key");
    const key = await open(rootKeyFile(path, true));
    const kept = await readFile(path);
    await rm(path);
    await expect(open(rootKeyFile(path, true))).rejects.toThrow(/under a root key, which is not at .*root\.key/);
    await expect(stat(path)).rejects.toThrow();
    await open(rootKeyFile(at("other.key"), true)).catch(() => undefined);
    await writeFile(at("other.key"), Buffer.alloc(32, 7).toString("base64"), { mode: 0o600 });
    await expect(open(rootKeyFile(at("other.key"), false))).rejects.toThrow("is not the one under which");
    await writeFile(path, kept, { mode: 0o600 });
    expect(await open(rootKeyFile(path, false))).toEqual(key);
  });

  it("that its owner brings must be one", async () => {
    await expect(open(rootKeyFile(at("none"), false))).rejects.toThrow(`There is no root key at ${at("none")}`);
    await writeFile(at("short"), "c2hvcnQ=", { mode: 0o600 });
    await expect(open(rootKeyFile(at("short"), false))).rejects.toBeInstanceOf(RootKeyError);
  });

  it("leaves nothing beside the data that opens it", async () => {
    const key = await open(rootKeyFile(at("elsewhere/root.key"), true));
    const root = Buffer.from((await readFile(at("elsewhere/root.key"), "utf8")).trim(), "base64");
    await store.close();
    for (const name of (await readdir(directory)).filter((entry) => entry !== "elsewhere")) {
      const bytes = await readFile(at(name));
      for (const secret of [key, root]) {
        for (const form of [secret, secret.toString("base64"), secret.toString("hex")])
          expect(bytes.includes(form)).toBe(false);
      }
    }
    store = await openSqliteStore({ path: at("store"), logger: silentLogger, clock: new ManualClock() });
    expect(await open(rootKeyFile(at("elsewhere/root.key"), false))).toEqual(key);
  });
});

describe("a master key of before there were root keys", () => {
  it.each(["file", "passphrase"])("is taken over under a %s, and no longer lies beside the data", async (kind) => {
    const former = Buffer.alloc(32, 3);
    await writeFile(at("master.key"), `${former.toString("base64")}\n`, { mode: 0o600 });
    await writeFile(at("passphrase"), "correct horse battery staple\n", { mode: 0o600 });
    const source = kind === "file" ? rootKeyFile(at("root.key"), true) : rootPassphraseFile(at("passphrase"));
    expect(await open(source)).toEqual(former);
    await expect(stat(at("master.key"))).rejects.toThrow();
    expect(await open(source)).toEqual(former);
  });

  it("is not lost where the machine stops before it was removed, nor where it is another one's", async () => {
    const former = Buffer.alloc(32, 3);
    const write = (key: Buffer) => writeFile(at("master.key"), key.toString("base64"), { mode: 0o600 });
    await write(former);
    await open(rootKeyFile(at("root.key"), true));
    await write(former);
    expect(await open(rootKeyFile(at("root.key"), true))).toEqual(former);
    await expect(stat(at("master.key"))).rejects.toThrow();
    await write(Buffer.alloc(32, 4));
    expect(await open(rootKeyFile(at("root.key"), true))).toEqual(former);
    expect((await stat(at("master.key"))).isFile()).toBe(true);
  });
});

describe("a passphrase", () => {
  it("opens what was sealed under it, and another does not", async () => {
    await writeFile(at("one"), "a long enough passphrase", { mode: 0o600 });
    await writeFile(at("two"), "another long passphrase", { mode: 0o600 });
    await writeFile(at("short"), "short", { mode: 0o600 });
    const key = await open(rootPassphraseFile(at("one")));
    expect(await open(rootPassphraseFile(at("one")))).toEqual(key);
    await expect(open(rootPassphraseFile(at("two")))).rejects.toThrow("is not the one under which");
    await expect(open(rootPassphraseFile(at("short")))).rejects.toThrow("shorter than 12 characters");
  });
});
