import { networkInterfaceId, securityGroupId, subnetId, type VpcSpec } from "@fleetless/kernel";
import { emptyVpc } from "@fleetless/kernel/testing";
import { expect, test } from "vitest";
import { linkLocalConnection } from "./api-connection.ts";

const everywhere = { protocol: "-1", peer: { kind: "cidr", cidr: "::/0" } } as const;
const allow = { ruleNumber: 1, action: "allow", protocol: "-1", cidr: "::/0" } as const;
const six = {
  id: networkInterfaceId("eni-six"),
  ipv6Address: "fd00:1::5",
  macAddress: "02:00:00:00:00:06",
  subnetId: subnetId("subnet-six"),
  securityGroupIds: [securityGroupId("sg-six")],
};
const vpcWith = (routes: VpcSpec["routeTables"][number]["routes"]): VpcSpec => ({
  ...emptyVpc,
  ipv6Cidrs: ["fd00:1::/56"],
  subnets: [
    {
      id: six.subnetId,
      ipv6Cidr: "fd00:1::/64",
      availabilityZone: "us-east-1a",
      routeTableId: "rtb-six",
      networkAclId: "acl-six",
    },
  ],
  networkAcls: [{ id: "acl-six", ingress: [allow], egress: [allow] }],
  routeTables: [{ id: "rtb-six", routes }],
  securityGroups: [{ id: securityGroupId("sg-six"), ingress: [], egress: [everywhere] }],
  interfaces: [six],
});

/** As who calls from the link-local address that `eni-six` has on its machine, or from one that nobody has. */
const call = (vpc: VpcSpec, address = "169.254.172.2") =>
  linkLocalConnection(
    () => vpc,
    address,
    (caller) => (caller === "169.254.172.2" ? six.id : undefined),
  ).passage("sts", "us-east-1");

test("a call from a task of IPv6 alone takes its own way out, and shows the address that the world would see", () => {
  const target = { kind: "egress-only-internet-gateway", id: "eigw-1" } as const;
  expect(call(vpcWith([{ destination: "::/0", target }]))).toEqual({ kind: "internet", sourceAddress: "fd00:1::5" });
  expect(call(vpcWith([]))).toEqual({
    kind: "refused",
    because:
      "subnet-six has no route to com.amazonaws.us-east-1.sts by IPv6 in rtb-six, and vpc-1 has no endpoint for it",
  });
  expect(call(vpcWith([]), "169.254.172.3")).toMatchObject({ kind: "refused" });
});
