import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type EC2Client,
  waitUntilNatGatewayAvailable,
} from "@aws-sdk/client-ec2";

/** A VPC with a subnet that leads out by an internet gateway and one that does by a NAT gateway. */
export interface TranslatedVpc {
  readonly vpcId: string;
  readonly publicSubnetId: string;
  readonly privateSubnetId: string;
  /** Of the NAT gateway. */
  readonly publicAddress: string;
}

const leadOut = async (
  ec2: EC2Client,
  VpcId: string,
  SubnetId: string,
  target: { readonly GatewayId?: string; readonly NatGatewayId?: string },
): Promise<void> => {
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? "";
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", ...target }));
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
};

export const createTranslatedVpc = async (ec2: EC2Client, second: number): Promise<TranslatedVpc> => {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: `10.${second}.0.0/16` }));
  const vpcId = Vpc?.VpcId ?? "";
  const subnet = async (third: number): Promise<string> => {
    const CidrBlock = `10.${second}.${third}.0/24`;
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock }));
    return Subnet?.SubnetId ?? "";
  };
  const [publicSubnetId, privateSubnetId] = [await subnet(1), await subnet(2)];
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId: vpcId }));
  await leadOut(ec2, vpcId, publicSubnetId, { GatewayId });
  const { AllocationId, PublicIp } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const made = await ec2.send(new CreateNatGatewayCommand({ SubnetId: publicSubnetId, AllocationId }));
  const NatGatewayId = made.NatGateway?.NatGatewayId ?? "";
  const waiting = { client: ec2, minDelay: 1, maxDelay: 1, maxWaitTime: 30 };
  await waitUntilNatGatewayAvailable(waiting, { NatGatewayIds: [NatGatewayId] });
  await leadOut(ec2, vpcId, privateSubnetId, { NatGatewayId });
  return { vpcId, publicSubnetId, privateSubnetId, publicAddress: PublicIp ?? "" };
};
