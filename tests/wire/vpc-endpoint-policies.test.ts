import { createServer, type Server } from "node:net";
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type ServicePassage, vpcId } from "@fleetless/kernel";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";
import { makeUser } from "./support/users.ts";

const vpc = vpcId("vpc-1");
let plane: ServedControlPlane;
let door: Server;
/** What the VPC's ways say of each service now. */
let passages: Readonly<Record<string, ServicePassage>> = {};
let secrets: SecretsManagerClient;
let sts: STSClient;
let ecs: ECSClient;

const everything = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
const through = (...Statement: readonly object[]): ServicePassage => ({
  kind: "endpoint",
  endpointId: "vpce-1",
  vpcId: vpc,
  sourceAddress: "10.0.0.9",
  policy: JSON.stringify({ Version: "2012-10-17", Statement }),
});

beforeAll(async () => {
  plane = await serveControlPlane();
  const passage = (service: string): ServicePassage => passages[service] ?? { kind: "refused", because: "no route" };
  door = createServer((socket) => plane.controlPlane.gateway.handleConnection(socket, { vpcId: vpc, passage }));
  const port = await new Promise<number>((resolve) => {
    door.listen(0, "127.0.0.1", () => {
      const address = door.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const root = new SecretsManagerClient(plane.clientSettings);
  await root.send(new CreateSecretCommand({ Name: "one", SecretString: "1" }));
  // The user may call from the VPC alone, through this endpoint: the keys of the request are what they should be.
  const Condition = {
    StringEquals: { "aws:SourceVpce": "vpce-1", "aws:SourceVpc": vpc, "aws:VpcSourceIp": "10.0.0.9" },
  };
  const inside = { Effect: "Allow", Action: ["secretsmanager:*", "sts:*"], Resource: "*", Condition };
  const outside = {
    Effect: "Allow",
    Action: "ecs:*",
    Resource: "*",
    Condition: { IpAddress: { "aws:SourceIp": "198.51.100.9/32" } },
  };
  const user = await makeUser(plane, "alice", { Version: "2012-10-17", Statement: [inside, outside] });
  const settings = { ...user, endpoint: `http://127.0.0.1:${port}` };
  secrets = new SecretsManagerClient(settings);
  sts = new STSClient(settings);
  ecs = new ECSClient(settings);
});
beforeEach(() => {
  passages = {};
});
afterAll(async () => {
  for (const client of [secrets, sts, ecs]) client.destroy();
  await new Promise((resolve) => {
    door.close(resolve);
    void plane.close();
  });
});

const value = () => secrets.send(new GetSecretValueCommand({ SecretId: "one" }));

test("a call goes through an endpoint that allows all, with the endpoint in its context", async () => {
  passages = { secretsmanager: through(everything) };
  await expect(value()).resolves.toMatchObject({ SecretString: "1" });
  passages = { secretsmanager: { kind: "endpoint", endpointId: "vpce-1", vpcId: vpc, sourceAddress: "10.0.0.9" } };
  await expect(value()).resolves.toMatchObject({ SecretString: "1" });
});

test("what an endpoint's policy does not allow is denied, whoever asks, and so is what it denies", async () => {
  passages = { secretsmanager: through({ ...everything, Action: "secretsmanager:ListSecrets" }) };
  await expect(secrets.send(new ListSecretsCommand({}))).resolves.toBeTruthy();
  await expect(value()).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringMatching(/because no VPC endpoint policy allows the secretsmanager:GetSecretValue action$/),
  });
  const deny = { ...everything, Sid: "NotThis", Effect: "Deny", Action: "secretsmanager:GetSecretValue" };
  passages = { secretsmanager: through(everything, deny) };
  await expect(value()).rejects.toMatchObject({
    message: expect.stringContaining("with an explicit deny in a VPC endpoint policy: vpce-1 (statement NotThis)"),
  });
  const account = { ...everything, Principal: { AWS: "arn:aws:iam::123456789012:user/bob" } };
  passages = { secretsmanager: through(account) };
  await expect(value()).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("an endpoint's policy grants nothing", async () => {
  passages = { ecs: through(everything) };
  await expect(ecs.send(new ListClustersCommand({}))).rejects.toMatchObject({
    message: expect.stringContaining("because no identity-based policy allows the ecs:ListClusters action"),
  });
});

test("what anyone may call is held to the endpoint's policy too", async () => {
  passages = { sts: through(everything) };
  await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: "123456789012" });
  passages = { sts: through({ ...everything, Action: "sts:AssumeRole" }) };
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringMatching(/because no VPC endpoint policy allows the sts:GetCallerIdentity action$/),
  });
});

test("a call by the internet has the address that the world sees", async () => {
  passages = { ecs: { kind: "internet", sourceAddress: "198.51.100.9" } };
  await expect(ecs.send(new ListClustersCommand({}))).resolves.toBeTruthy();
  passages = { ecs: { kind: "internet", sourceAddress: "198.51.100.8" } };
  await expect(ecs.send(new ListClustersCommand({}))).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("a call to a service without a way says what is missing, and is not worth trying again", async () => {
  await expect(value()).rejects.toMatchObject({
    name: "UnreachableService",
    message: "There is no way to secretsmanager from here: no route.",
    $metadata: { httpStatusCode: 400, attempts: 1 },
  });
});

test("the trail names the endpoint that a call came through", async () => {
  passages = { secretsmanager: through(everything) };
  await value();
  const trail = new CloudTrailClient(plane.clientSettings);
  const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue: "GetSecretValue" }];
  const { Events } = await trail.send(new LookupEventsCommand({ LookupAttributes }));
  const [event] = (Events ?? []).map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent ?? "{}"));
  expect(event).toMatchObject({ vpcEndpointId: "vpce-1", sourceIPAddress: "10.0.0.9" });
});
