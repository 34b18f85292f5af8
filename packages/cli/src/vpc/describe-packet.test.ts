import { expect, test } from "vitest";
import { describePacket, trafficOf } from "./describe-packet.ts";

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
  expect(describePacket({ allowed: false, hops })).toBe(`passes   vpc-1: sg-1 of eni-1 lets it out
stopped  vpc-2: acl-1 of subnet-1, rule *, does not let it in
The packet does not get there`);
});
