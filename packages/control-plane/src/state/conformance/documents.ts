import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineCollection } from "../store.ts";
import type { StoreUnderTest } from "./driver.ts";
import { people, person } from "./subjects.ts";

const keysOf = (stored: readonly { readonly key: string }[]): readonly string[] => stored.map(({ key }) => key);

export const documentsConformance = (subject: StoreUnderTest): void => {
  describe("documents", () => {
    it("gives back what was put, and undefined where nothing is", async () => {
      await subject.store.transaction(async (tx) => tx.put(people, "a/1", person("Ada", "London", "en")));
      expect(await subject.store.read((tx) => tx.get(people, "a/1"))).toEqual(person("Ada", "London", "en"));
      expect(await subject.store.read((tx) => tx.get(people, "a/2"))).toBeUndefined();
      await subject.store.transaction(async (tx) => tx.delete(people, "a/1"));
      expect(await subject.store.read((tx) => tx.get(people, "a/1"))).toBeUndefined();
    });

    it("keeps documents over a close and an open", async () => {
      await subject.store.transaction(async (tx) => tx.put(people, "a", person("Ada", "London")));
      await subject.reopen();
      const inLondon = { index: { name: "city", value: "London" } };
      expect(keysOf(await subject.store.read((tx) => tx.list(people, inLondon)))).toEqual(["a"]);
    });

    it("lists in bytewise order of keys, in pages, by prefix", async () => {
      const keys = ["a", "a/1", "a/10", "a/2", "a0", "b/1", "é", "\u{1F600}", "\uFFFD"];
      await subject.store.transaction(async (tx) => {
        for (const key of keys.toReversed()) tx.put(people, key, person(key));
      });
      const all = keysOf(await subject.store.read((tx) => tx.list(people)));
      expect(all).toEqual(["a", "a/1", "a/10", "a/2", "a0", "b/1", "é", "\uFFFD", "\u{1F600}"]);
      const list = (options: object) => subject.store.read(async (tx) => keysOf(await tx.list(people, options)));
      expect(await list({ prefix: "a/" })).toEqual(["a/1", "a/10", "a/2"]);
      expect(await list({ prefix: "a/", limit: 2 })).toEqual(["a/1", "a/10"]);
      expect(await list({ prefix: "a/", after: "a/10", limit: 2 })).toEqual(["a/2"]);
      expect(await list({ after: "b/1" })).toEqual(["é", "\uFFFD", "\u{1F600}"]);
      expect(await list({ limit: 0 })).toEqual([]);
      expect(await list({ after: "a", prefix: "a/", limit: 1 })).toEqual(["a/1"]);
      const falling = { descending: true };
      expect(await list(falling)).toEqual(all.toReversed());
      expect(await list({ ...falling, prefix: "a/", limit: 2 })).toEqual(["a/2", "a/10"]);
      expect(await list({ ...falling, prefix: "a/", after: "a/10" })).toEqual(["a/1"]);
      expect(await list({ ...falling, prefix: "a/", after: "b/1", limit: 1 })).toEqual(["a/2"]);
      const own = subject.store.transaction(async (tx) => {
        tx.put(people, "a/15", person("Own"));
        tx.delete(people, "a/2");
        return keysOf(await tx.list(people, { ...falling, prefix: "a/", limit: 2 }));
      });
      expect(await own).toEqual(["a/15", "a/10"]);
    });

    it("finds documents by index, also by one of several values, and forgets the values of before", async () => {
      await subject.store.transaction(async (tx) => {
        tx.put(people, "x/ada", person("Ada", "London", "en", "fr", "en"));
        tx.put(people, "x/bob", person("Bob", "Paris", "fr"));
        tx.put(people, "y/cyd", person("Cyd", undefined, "en"));
      });
      const by = (name: string, value: string, more: object = {}) =>
        subject.store.read(async (tx) => keysOf(await tx.list(people, { index: { name, value }, ...more })));
      expect(await by("city", "London")).toEqual(["x/ada"]);
      expect(await by("language", "en")).toEqual(["x/ada", "y/cyd"]);
      expect(await by("language", "en", { prefix: "y/" })).toEqual(["y/cyd"]);
      expect(await by("language", "en", { limit: 1 })).toEqual(["x/ada"]);
      expect(await by("language", "en", { after: "x/ada" })).toEqual(["y/cyd"]);
      expect(await by("language", "en", { descending: true })).toEqual(["y/cyd", "x/ada"]);
      expect(await by("language", "en", { descending: true, after: "y/cyd" })).toEqual(["x/ada"]);
      expect(await by("city", "undefined")).toEqual([]);
      await subject.store.transaction(async (tx) => {
        tx.put(people, "x/ada", person("Ada", "Rome", "it"));
        tx.delete(people, "y/cyd");
      });
      expect(await by("city", "London")).toEqual([]);
      expect(await by("city", "Rome")).toEqual(["x/ada"]);
      expect(await by("language", "en")).toEqual([]);
    });

    it("fills an index that a collection gets after its documents", async () => {
      const plain = defineCollection<{ readonly colour: string }>("things");
      await subject.store.transaction(async (tx) => {
        tx.put(plain, "apple", { colour: "red" });
        tx.put(plain, "leaf", { colour: "green" });
      });
      await subject.reopen();
      const indexed = defineCollection<{ readonly colour: string }>("things", { colour: (thing) => thing.colour });
      await subject.store.transaction(async (tx) => tx.put(indexed, "brick", { colour: "red" }));
      const red = await subject.store.read((tx) => tx.list(indexed, { index: { name: "colour", value: "red" } }));
      expect(keysOf(red)).toEqual(["apple", "brick"]);
    });

    it("keeps any JSON document as it is", async () => {
      const anything = defineCollection<{ readonly value: fc.JsonValue }>("anything");
      const keys = fc
        .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
        .filter((key) => !key.includes("\0") && !key.includes("\u{10FFFF}"));
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), keys, async (value, key) => {
          const document = { value };
          await subject.store.transaction(async (tx) => tx.put(anything, key, document));
          const found = await subject.store.read((tx) => tx.get(anything, key));
          expect(found).toEqual(JSON.parse(JSON.stringify(document)));
        }),
        { numRuns: 50 },
      );
    });

    it("refuses keys that would not keep their order", async () => {
      for (const key of ["", "a\0b", "a\u{10FFFF}", "\uD800"]) {
        const writing = subject.store.transaction(async (tx) => tx.put(people, key, person("Nobody")));
        await expect(writing).rejects.toThrow("Not a key of the store");
      }
    });
  });
};
