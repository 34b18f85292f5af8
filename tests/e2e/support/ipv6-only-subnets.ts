import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeVpcsCommand,
  type EC2Client,
  ModifyVpcAttributeCommand,
} from "@aws-sdk/client-ec2";

/** A VPC with an IPv6 block and an internet gateway, and a subnet of IPv6 alone with a route table that leads nowhere. */
export interface Ipv6OnlySubnet {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly subnetCidr: string;
  readonly routeTableId: string;
  readonly gatewayId: string;
}

export const createIpv6OnlySubnet = async (ec2: EC2Client, second: number): Promise<Ipv6OnlySubnet> => {
  const made = await ec2.send(
    new CreateVpcCommand({ CidrBlock: `10.${second}.0.0/16`, AmazonProvidedIpv6CidrBlock: true }),
  );
  const vpcId = made.Vpc?.VpcId ?? "";
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
  const block = Vpcs?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? "";
  const subnetCidr = block.replace("/56", "/64");
  const subnet = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, Ipv6Native: true, Ipv6CidrBlock: subnetCidr }));
  const subnetId = subnet.Subnet?.SubnetId ?? "";
  const table = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
  const routeTableId = table.RouteTable?.RouteTableId ?? "";
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId: subnetId }));
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const gatewayId = InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId }));
  return { vpcId, subnetId, subnetCidr, routeTableId, gatewayId };
};

/** Leads the subnet to the world by its VPC's internet gateway, or by an egress-only one. */
export const leadToTheWorld = async (ec2: EC2Client, subnet: Ipv6OnlySubnet, egressOnly?: string): Promise<void> => {
  const target =
    egressOnly === undefined ? { GatewayId: subnet.gatewayId } : { EgressOnlyInternetGatewayId: egressOnly };
  await ec2.send(
    new CreateRouteCommand({ RouteTableId: subnet.routeTableId, DestinationIpv6CidrBlock: "::/0", ...target }),
  );
};
