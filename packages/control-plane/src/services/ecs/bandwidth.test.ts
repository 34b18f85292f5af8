import { expect, it } from "vitest";
import { bandwidthOf, bandwidthTagsProblem, namesBandwidth } from "./bandwidth.ts";

const [ingress, egress] = ["fleetless:ingress-bandwidth", "fleetless:egress-bandwidth"];

it("reads bits per second in each direction, and nothing where nothing is said", () => {
  expect(bandwidthOf({ other: "1M" })).toBeUndefined();
  expect(bandwidthOf({ [ingress]: "50M" })).toEqual({ ingress: 50_000_000 });
  expect(bandwidthOf({ [ingress]: "1G", [egress]: "250k" })).toEqual({ ingress: 1_000_000_000, egress: 250_000 });
});

it("refuses what is no rate that can be kept", () => {
  for (const value of ["", "50", "50Mbit", "1.5M", "-1M", "99k", "101G", "0M", "1M ", "1T"]) {
    expect(bandwidthTagsProblem({ [egress]: value })).toContain(`'${egress}'`);
  }
  expect(bandwidthTagsProblem({ [ingress]: "100k", [egress]: "100G" })).toBeUndefined();
  expect(bandwidthTagsProblem({})).toBeUndefined();
  expect(namesBandwidth(["other", egress])).toBe(true);
  expect(namesBandwidth(["other"])).toBe(false);
});
