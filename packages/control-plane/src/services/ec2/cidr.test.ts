import { formatIpv6, parseIpv6 } from "@fleetless/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalCidr, cidrContains, cidrsOverlap, familyOf } from "./cidr.ts";
import { formatIpv4 } from "./ipv4.ts";

const ipv6Number = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const ipv4Block = fc
  .tuple(fc.nat(2 ** 16), fc.integer({ min: 16, max: 32 }))
  .map(([host, length]) => `${formatIpv4(10 * 2 ** 24 + host)}/${length}`);

describe("IPv6 addresses", () => {
  it("are read and written in RFC 5952's form", () => {
    expect(formatIpv6(parseIpv6("2001:DB8:0:0:1:0:0:1") ?? 0n)).toBe("2001:db8::1:0:0:1");
    expect(formatIpv6(0n)).toBe("::");
    expect(formatIpv6(1n)).toBe("::1");
    expect(formatIpv6(parseIpv6("fd00:1:0:2::") ?? 0n)).toBe("fd00:1:0:2::");
    for (const text of ["", "1:2", "1::2::3", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "g::", "::1.2.3.4", "12345::"]) {
      expect([text, parseIpv6(text)]).toEqual([text, undefined]);
    }
    expect(parseIpv6("1:2:3:4:5:6:7:8::")).toBeUndefined();
  });

  it("come back as they went", () => {
    fc.assert(fc.property(ipv6Number, (value) => parseIpv6(formatIpv6(value)) === value));
  });
});

describe("blocks", () => {
  it("lose the host's bits", () => {
    expect(canonicalCidr("10.0.1.7/24")).toBe("10.0.1.0/24");
    expect(canonicalCidr("2001:db8::7/64")).toBe("2001:db8::/64");
    expect(canonicalCidr("10.0.1.0")).toBeUndefined();
    expect(canonicalCidr("10.0.1.0/33")).toBeUndefined();
    expect(canonicalCidr("::/129")).toBeUndefined();
    expect([familyOf("::/0"), familyOf("0.0.0.0/0"), familyOf("pl-1")]).toEqual(["IPv6", "IPv4", undefined]);
  });

  it("of two families have nothing in common", () => {
    expect(cidrsOverlap("0.0.0.0/0", "::/0")).toBe(false);
    expect(cidrContains("::/0", "10.0.0.0/8")).toBe(false);
  });

  it("overlap exactly where one contains the other", () => {
    fc.assert(
      fc.property(
        ipv4Block,
        ipv4Block,
        (left, right) => cidrsOverlap(left, right) === (cidrContains(left, right) || cidrContains(right, left)),
      ),
    );
    expect(cidrsOverlap("10.0.0.0/24", "10.0.1.0/24")).toBe(false);
    expect(cidrContains("10.0.0.0/16", "10.0.255.0/24")).toBe(true);
  });
});
