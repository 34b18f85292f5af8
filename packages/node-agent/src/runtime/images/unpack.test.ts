import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { chainIds } from "./unpack.ts";

it("names each layer by those below it, as the image specification says", () => {
  const [one, two] = [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`];
  const chained = `sha256:${createHash("sha256").update(`${one} ${two}`).digest("hex")}`;
  expect(chainIds([])).toEqual([]);
  expect(chainIds([one, two])).toEqual([one, chained]);
});
