import { accountId, ManualClock, region, vpcId } from "@fleetless/kernel";
import { expect, test } from "vitest";
import type { Call, Principal } from "./call.ts";
import { globalConditionKeys } from "./condition-keys.ts";

const account = accountId("123456789012");
const callOf = (principal: Principal): Call => ({
  requestId: "r",
  accountId: account,
  region: region("eu-west-1"),
  principal,
  accessKeyId: "A",
  sourceAddress: "10.0.0.1",
  userAgent: "test",
  host: "127.0.0.1:4566",
  clock: new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5)),
});

test("the keys of a role's session name the role, not the session", () => {
  const principal: Principal = {
    kind: "assumed-role",
    accountId: account,
    arn: "arn:aws:sts::123456789012:assumed-role/r/s",
    userId: "AROA:s",
    roleArn: "arn:aws:iam::123456789012:role/r",
    roleName: "r",
    sessionName: "s",
    sessionPolicies: [],
    issuedAt: Date.UTC(2026, 0, 1),
  };
  expect(globalConditionKeys(callOf(principal))).toMatchObject({
    "aws:PrincipalArn": ["arn:aws:iam::123456789012:role/r"],
    "aws:userid": ["AROA:s"],
    "aws:TokenIssueTime": ["2026-01-01T00:00:00.000Z"],
    "aws:CurrentTime": ["2026-01-02T03:04:05.000Z"],
    "aws:EpochTime": ["1767323045"],
    "aws:RequestedRegion": ["eu-west-1"],
    "aws:SourceIp": ["10.0.0.1"],
  });
});

test("only a user has a user name", () => {
  const root: Principal = { kind: "root", accountId: account, arn: "arn:aws:iam::123456789012:root", userId: account };
  expect(globalConditionKeys(callOf(root))).not.toHaveProperty("aws:username");
  const user: Principal = { ...root, kind: "user", userName: "alice", arn: "arn:aws:iam::123456789012:user/alice" };
  expect(globalConditionKeys(callOf(user))).toMatchObject({ "aws:username": ["alice"], "aws:PrincipalType": ["User"] });
});

test("a call through a VPC endpoint has the VPC's address and the endpoint, and none that the world sees", () => {
  const root: Principal = { kind: "root", accountId: account, arn: "arn:aws:iam::123456789012:root", userId: account };
  const endpoint = { endpointId: "vpce-1", vpcId: vpcId("vpc-1"), sourceAddress: "10.0.0.1" };
  const keys = globalConditionKeys({ ...callOf(root), endpoint });
  expect(keys).toMatchObject({
    "aws:SourceVpce": ["vpce-1"],
    "aws:SourceVpc": ["vpc-1"],
    "aws:VpcSourceIp": ["10.0.0.1"],
  });
  expect(keys).not.toHaveProperty("aws:SourceIp");
});
