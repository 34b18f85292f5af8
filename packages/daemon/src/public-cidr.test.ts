import { expect, test } from "vitest";
import { freeBlock } from "./public-cidr.ts";

test("takes the first free block from where it starts, and goes round at the end", () => {
  expect(freeBlock(3, new Set())).toBe("198.18.3.0/24");
  expect(freeBlock(3, new Set(["198.18.3.0/24", "198.18.4.0/24"]))).toBe("198.18.5.0/24");
  expect(freeBlock(511, new Set(["198.19.255.0/24"]))).toBe("198.18.0.0/24");
});

test("says where there is none left", () => {
  const all = new Set(Array.from({ length: 512 }, (_, index) => freeBlock(index, new Set()) ?? ""));
  expect(all.size).toBe(512);
  expect(freeBlock(0, all)).toBeUndefined();
});
