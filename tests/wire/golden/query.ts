import type { GoldenExchange } from "./exchange.ts";

export const query: GoldenExchange = {
  name: "Query",
  model: () => import("@aws-sdk/client-iam"),
  operation: "CreateRole",
  request: `POST / HTTP/1.1
content-type: application/x-www-form-urlencoded; charset=utf-8

Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%22a%22%3A+1%7D&MaxSessionDuration=3600&Tags.member.2.Key=b&Tags.member.2.Value=&Tags.member.1.Key=a&Tags.member.1.Value=%C3%BC%26`,
  input: {
    RoleName: "r",
    AssumeRolePolicyDocument: '{"a": 1}',
    MaxSessionDuration: 3600,
    Tags: [
      { Key: "a", Value: "ü&" },
      { Key: "b", Value: "" },
    ],
  },
  output: {
    Role: {
      Path: "/",
      RoleName: "r",
      RoleId: "AROA1",
      Arn: "arn:aws:iam::123456789012:role/r",
      CreateDate: new Date("2026-03-04T05:06:07Z"),
      Tags: [{ Key: "a", Value: "<ü&>" }],
    },
  },
  response: `200
content-type: text/xml
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

<CreateRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateRoleResult><Role><Path>/</Path><RoleName>r</RoleName><RoleId>AROA1</RoleId><Arn>arn:aws:iam::123456789012:role/r</Arn><CreateDate>2026-03-04T05:06:07Z</CreateDate><Tags><member><Key>a</Key><Value>&lt;ü&amp;&gt;</Value></member></Tags></Role></CreateRoleResult><ResponseMetadata><RequestId>11111111-2222-4333-8444-555555555555</RequestId></ResponseMetadata></CreateRoleResponse>`,
  error: { code: "EntityAlreadyExists", status: 409, message: "Role with name r already exists." },
  errorResponse: `409
content-type: text/xml
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>EntityAlreadyExists</Code><Message>Role with name r already exists.</Message></Error><RequestId>11111111-2222-4333-8444-555555555555</RequestId></ErrorResponse>`,
};
