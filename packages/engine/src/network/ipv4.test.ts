import fc from "fast-check";
import { expect, it } from "vitest";
import { addressAt, blockContains, formatIpv4, formatIpv4Block, parseIpv4, parseIpv4Block } from "./ipv4.ts";

it("reads every address that it writes", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), (address) => {
      expect(parseIpv4(formatIpv4(address))).toBe(address);
    }),
  );
});

it("reads nothing but four decimal bytes", () => {
  for (const text of ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.x", "::1", " 1.2.3.4", "1.2.3.4\n"]) {
    expect(parseIpv4(text)).toBeUndefined();
  }
});

it("holds exactly the addresses that share the block's prefix", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }), (one, other, prefixLength) => {
      const block = parseIpv4Block(`${formatIpv4(one)}/${prefixLength}`);
      if (block === undefined) throw new Error("not read");
      const bits = (address: number): string => address.toString(2).padStart(32, "0").slice(0, prefixLength);
      expect(blockContains(block, other)).toBe(bits(one) === bits(other));
      expect(parseIpv4Block(formatIpv4Block(block))).toEqual(block);
    }),
  );
  for (const text of ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "::/0"]) {
    expect(parseIpv4Block(text)).toBeUndefined();
  }
});

it("counts from the base of a block", () => {
  expect(addressAt("10.0.1.0/24", 1)).toBe("10.0.1.1");
  expect(addressAt("10.0.0.0/16", 2)).toBe("10.0.0.2");
  expect(() => addressAt("nothing", 2)).toThrow("Not an IPv4 block: nothing");
});
