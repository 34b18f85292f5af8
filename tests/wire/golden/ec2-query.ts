import type { GoldenExchange } from "./exchange.ts";

export const ec2Query: GoldenExchange = {
  name: "EC2 Query",
  model: () => import("@aws-sdk/client-ec2"),
  operation: "CreateSecurityGroup",
  request: `POST / HTTP/1.1
content-type: application/x-www-form-urlencoded; charset=utf-8

Action=CreateSecurityGroup&Version=2016-11-15&GroupName=g&GroupDescription=d%20d&VpcId=vpc-1&TagSpecification.1.ResourceType=security-group&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v`,
  input: {
    GroupName: "g",
    Description: "d d",
    VpcId: "vpc-1",
    TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: "k", Value: "v" }] }],
  },
  output: { GroupId: "sg-1", Tags: [{ Key: "k", Value: "v" }] },
  response: `200
content-type: text/xml;charset=UTF-8
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

<?xml version="1.0" encoding="UTF-8"?>
<CreateSecurityGroupResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>11111111-2222-4333-8444-555555555555</requestId><groupId>sg-1</groupId><tagSet><item><key>k</key><value>v</value></item></tagSet></CreateSecurityGroupResponse>`,
  error: {
    code: "InvalidGroup.Duplicate",
    status: 400,
    message: "The security group 'g' already exists for VPC 'vpc-1'",
  },
  errorResponse: `400
content-type: text/xml;charset=UTF-8
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>InvalidGroup.Duplicate</Code><Message>The security group &apos;g&apos; already exists for VPC &apos;vpc-1&apos;</Message></Error></Errors><RequestID>11111111-2222-4333-8444-555555555555</RequestID></Response>`,
};
