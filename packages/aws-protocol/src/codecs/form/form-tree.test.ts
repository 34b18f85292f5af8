import { expect, test } from "vitest";
import { formTree, numberedChildren } from "./form-tree.ts";

const elements = (...names: readonly string[]) =>
  numberedChildren(formTree(names.map((name) => [name, name] as const))).map(({ text }) => text);

test("elements come in the order of their numbers, gaps or not", () => {
  expect(elements("10", "2", "Name", "1")).toEqual(["1", "2", "10"]);
});

test.each(["99999999999", "9".repeat(400), "-1", "+1", "1e9", "0x1"])(
  "the index %s is refused, so that its element is not lost",
  (index) => {
    expect(() => elements("1", index)).toThrow(
      expect.objectContaining({ code: "MalformedQueryString", message: expect.stringContaining(index.slice(0, 64)) }),
    );
  },
);
