import { expect, test } from "vitest";
import { describePacket, sourcePortOf, trafficOf } from "./describe-packet.ts";

test("ports are TCP's unless told otherwise", () => {
  expect(trafficOf("443")).toEqual({ protocol: "tcp", port: 443 });
  expect(trafficOf("53/udp")).toEqual({ protocol: "udp", port: 53 });
  expect(trafficOf("icmp")).toEqual({ protocol: "icmp" });
  for (const wrong of ["", "http", "70000", "80/sctp", "-1"]) expect(() => trafficOf(wrong)).toThrow("is no port");
});

test("each hop is a line, and the last one says whether the packet gets there", () => {
  const hops = [
    { allowed: true, vpcId: "vpc-1", text: "sg-1 of eni-1 lets it out" },
    { allowed: false, vpcId: "vpc-2", text: "acl-1 of subnet-1, rule *, does not let it in" },
  ];
  expect(
    describePacket({ allowed: false, arrives: false, hops, hopsBack: [] }),
  ).toBe(`passes   vpc-1: sg-1 of eni-1 lets it out
stopped  vpc-2: acl-1 of subnet-1, rule *, does not let it in
The packet does not get there`);
});

test("the way back of the answers stands below the way there", () => {
  const hops = [{ allowed: true, vpcId: "vpc-1", text: "sg-1 of eni-1 lets it out" }];
  const hopsBack = [{ allowed: false, vpcId: "vpc-2", text: "acl-1 of subnet-1, rule *, does not let it out" }];
  expect(
    describePacket({ allowed: false, arrives: true, hops, hopsBack }),
  ).toBe(`passes   vpc-1: sg-1 of eni-1 lets it out
back: stopped  vpc-2: acl-1 of subnet-1, rule *, does not let it out
The packet gets there, but not all answers come back`);
  const open = hopsBack.map((hop) => ({ ...hop, allowed: true }));
  expect(describePacket({ allowed: true, arrives: true, hops, hopsBack: open })).toMatch(/and the answers come back$/);
  expect(describePacket({ allowed: true, arrives: true, hops, hopsBack: [] })).toMatch(/The packet gets there$/);
});

test("the port that a connection is opened from is a number", () => {
  expect(sourcePortOf("40000")).toBe(40_000);
  for (const wrong of ["", "http", "70000", "-1"]) expect(() => sourcePortOf(wrong)).toThrow("is no port");
});
