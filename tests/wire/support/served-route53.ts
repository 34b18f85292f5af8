import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { afterAll, beforeAll } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../../packages/control-plane/src/testing/served-control-plane.ts";

/** Of the test file that imports this, from before its first test to after its last. */
export let plane: ServedControlPlane;
export let client: Route53Client;
/** The default VPC. */
export let vpcId: string;

beforeAll(async () => {
  plane = await serveControlPlane();
  client = new Route53Client(plane.clientSettings);
  const { Vpcs } = await new EC2Client(plane.clientSettings).send(new DescribeVpcsCommand({}));
  vpcId = Vpcs?.[0]?.VpcId ?? "";
});

afterAll(() => plane.close());

let references = 0;
/** A caller's reference that was not given before. */
const reference = (): string => {
  references += 1;
  return `reference-${references}`;
};

export const createZone = async (name: string, isPrivate = true): Promise<string> => {
  const { HostedZone } = await client.send(
    new CreateHostedZoneCommand({
      Name: name,
      CallerReference: reference(),
      ...(isPrivate ? { VPC: { VPCId: vpcId, VPCRegion: "us-east-1" } } : {}),
    }),
  );
  return HostedZone?.Id ?? "";
};

export const change = (HostedZoneId: string, Changes: Change[]) =>
  client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));

export const address = (Name: string, ...values: string[]): ResourceRecordSet => ({
  Name,
  Type: "A",
  TTL: 60,
  ResourceRecords: values.map((Value) => ({ Value })),
});

export const namesIn = async (HostedZoneId: string) =>
  (await client.send(new ListResourceRecordSetsCommand({ HostedZoneId }))).ResourceRecordSets?.map(
    ({ Name, Type }) => `${Name} ${Type}`,
  );
