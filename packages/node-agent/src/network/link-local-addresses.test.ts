import { addressAt, isInBlock, linkLocalTaskBlock } from "@fleetless/engine";
import fc from "fast-check";
import { expect, test } from "vitest";
import { freeLinkLocalAddress } from "./link-local-addresses.ts";

const all = Array.from({ length: 1021 }, (_, index) => addressAt(linkLocalTaskBlock, index + 2));

test("an address is of the block and nobody's, whoever has the others", () => {
  fc.assert(
    fc.property(fc.subarray(all, { maxLength: all.length - 1 }), (taken) => {
      const address = freeLinkLocalAddress(new Set(taken));
      expect(all).toContain(address);
      expect(taken).not.toContain(address);
      expect(isInBlock(linkLocalTaskBlock, address)).toBe(true);
    }),
  );
});

test("none is given where all are taken", () => {
  expect(() => freeLinkLocalAddress(new Set(all))).toThrow("Every address of 169.254.172.0/22");
  expect(freeLinkLocalAddress(new Set(all.slice(0, -1)))).toBe("169.254.175.254");
});
