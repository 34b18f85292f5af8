import { type InterfaceMembership, subnetId, type VpcSpec } from "@fleetless/kernel";

/** The VPC's interfaces that have IPv4 addresses. */
export const addressedByIpv4 = (vpc: VpcSpec): readonly (InterfaceMembership & { readonly privateAddress: string })[] =>
  vpc.interfaces.flatMap((member) =>
    member.privateAddress === undefined ? [] : [{ ...member, privateAddress: member.privateAddress }],
  );

/** The VPC with `subnet-2` being of IPv6 alone; `addressOf` gives the addresses there, by a number of the interface. */
export const withIpv6OnlySubnet = (vpc: VpcSpec, addressOf: (number: number) => string): VpcSpec => {
  const inside = subnetId("subnet-2");
  return {
    ...vpc,
    subnets: vpc.subnets.map((subnet) => {
      const { cidr: _cidr, ...rest } = subnet;
      return subnet.id === inside ? rest : subnet;
    }),
    interfaces: vpc.interfaces.map((member, index) => {
      const { privateAddress: _private, publicAddress: _public, ...rest } = member;
      return member.subnetId === inside ? { ...rest, ipv6Address: addressOf(index + 1) } : member;
    }),
    natGateways: vpc.natGateways.filter((gateway) => gateway.subnetId !== inside),
  };
};
