import { ec2Client } from "./clients.ts";
import type { Connection } from "./connection.ts";
import { CommandFailure } from "./failure.ts";

/** The ids of the default VPC's subnets, one in each zone. */
export const defaultSubnets = async (connection: Connection): Promise<string[]> => {
  const { DescribeSubnetsCommand } = await import("@aws-sdk/client-ec2");
  const ec2 = await ec2Client(connection);
  const { Subnets } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "default-for-az", Values: ["true"] }] }),
  );
  const ids = (Subnets ?? []).flatMap(({ SubnetId }) => SubnetId ?? []);
  if (ids.length === 0) throw new CommandFailure("There is no default VPC: name subnets with --subnet");
  return ids;
};
