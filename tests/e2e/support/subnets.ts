import {
  AssociateRouteTableCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  type EC2Client,
  ModifyVpcAttributeCommand,
} from "@aws-sdk/client-ec2";

/** A subnet of a VPC of its own, with a route table that leads nowhere. */
export interface IsolatedSubnet {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly routeTableId: string;
}

export const createIsolatedSubnet = async (ec2: EC2Client, second: number): Promise<IsolatedSubnet> => {
  const made = await ec2.send(new CreateVpcCommand({ CidrBlock: `10.${second}.0.0/16` }));
  const vpcId = made.Vpc?.VpcId ?? "";
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
  const subnet = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: `10.${second}.1.0/24` }));
  const subnetId = subnet.Subnet?.SubnetId ?? "";
  const table = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
  const routeTableId = table.RouteTable?.RouteTableId ?? "";
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId: subnetId }));
  return { vpcId, subnetId, routeTableId };
};

/** A security group that lets in what comes from the CIDR, on every port; nothing where none is given. */
export const createGroup = async (ec2: EC2Client, vpcId: string, name: string, cidr?: string): Promise<string> => {
  const made = await ec2.send(new CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: name, Description: name }));
  const GroupId = made.GroupId ?? "";
  if (cidr !== undefined) {
    const IpPermissions = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: cidr }] }];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  }
  return GroupId;
};

/** An interface endpoint with private DNS for a service such as `ecr.api`; answers its id. */
export const createInterfaceEndpoint = async (
  ec2: EC2Client,
  { vpcId, subnetId }: IsolatedSubnet,
  service: string,
  group: string,
  policy?: object,
): Promise<string> => {
  const made = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      VpcEndpointType: "Interface",
      ServiceName: `com.amazonaws.us-east-1.${service}`,
      SubnetIds: [subnetId],
      SecurityGroupIds: [group],
      PrivateDnsEnabled: true,
      ...(policy === undefined ? {} : { PolicyDocument: JSON.stringify(policy) }),
    }),
  );
  return made.VpcEndpoint?.VpcEndpointId ?? "";
};

export const createS3Endpoint = async (
  ec2: EC2Client,
  { vpcId, routeTableId }: IsolatedSubnet,
  policy?: object,
): Promise<string> => {
  const made = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      VpcEndpointType: "Gateway",
      ServiceName: "com.amazonaws.us-east-1.s3",
      RouteTableIds: [routeTableId],
      ...(policy === undefined ? {} : { PolicyDocument: JSON.stringify(policy) }),
    }),
  );
  return made.VpcEndpoint?.VpcEndpointId ?? "";
};
