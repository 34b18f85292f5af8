import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type Vpc,
} from "@aws-sdk/client-ec2";
import type { Task } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance, isolationsForStore, runWith } from "./support/instance.ts";
import { Tasks } from "./support/tasks.ts";

interface DualStackVpc {
  readonly subnet: string;
  readonly webGroup: string;
  readonly clientGroup: string;
  readonly block: string;
}

/** A dual-stack VPC, asked for with the AWS CLI, with a way to the internet and a group that lets another one in. */
const createVpc = async (instance: FleetlessInstance, ec2: EC2Client): Promise<DualStackVpc> => {
  const vpcArguments = ["--cidr-block", "10.7.0.0/16", "--amazon-provided-ipv6-cidr-block", "--output", "json"];
  const made: { readonly Vpc: Vpc } = JSON.parse(
    await runWith(instance, "aws", ["ec2", "create-vpc", ...vpcArguments]),
  );
  const VpcId = made.Vpc.VpcId ?? "";
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
  const block = Vpcs?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? "";
  const ipv6 = { Ipv6CidrBlock: block.replace("/56", "/64") };
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.7.1.0/24", ...ipv6 }));
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId }));
  const ofVpc = { Filters: [{ Name: "vpc-id", Values: [VpcId] }] };
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand(ofVpc));
  const RouteTableId = RouteTables?.[0]?.RouteTableId ?? "";
  for (const destination of [{ DestinationCidrBlock: "0.0.0.0/0" }, { DestinationIpv6CidrBlock: "::/0" }]) {
    await ec2.send(new CreateRouteCommand({ RouteTableId, GatewayId, ...destination }));
  }
  const group = async (GroupName: string): Promise<string> =>
    (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }))).GroupId ?? "";
  const [webGroup, clientGroup] = [await group("web"), await group("client")];
  const ofClients = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: clientGroup }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: webGroup, IpPermissions: [ofClients] }));
  return { subnet: Subnet?.SubnetId ?? "", webGroup, clientGroup, block };
};

const addressOf = (task: Task): string => task.containers?.[0]?.networkInterfaces?.[0]?.ipv6Address ?? "";

describe.each(isolationsForStore)("a dual-stack VPC with %s", (isolation) => {
  let instance: FleetlessInstance;
  let tasks: Tasks;
  let vpc: DualStackVpc;
  let web: Task;

  const inGroups = (...securityGroups: readonly string[]) => ({
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [vpc.subnet],
        securityGroups: [...securityGroups],
        assignPublicIp: "ENABLED" as const,
      },
    },
  });
  const setDualStack = (value: string) =>
    runWith(instance, "aws", ["ecs", "put-account-setting-default", "--name", "dualStackIPv6", "--value", value]);
  const visit = (family: string, group: string) => {
    // Busybox's wget does not read addresses of IPv6.
    const ask = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 ${addressOf(web)} 80 || echo refused`;
    const command = ["sh", "-c", ask];
    return tasks.finish(family, [{ name: "main", command }], {}, inGroups(group));
  };

  beforeAll(async () => {
    instance = await createInstance();
    await instance.up("--isolation", isolation);
    tasks = new Tasks(instance);
    [vpc] = await Promise.all([createVpc(instance, tasks.ec2), importBusybox(instance), tasks.prepare()]);
    await setDualStack("enabled");
    const command = ["httpd", "-f", "-p", "80", "-h", "/www"];
    web = await tasks.run("web", [{ name: "web", command }], "RUNNING", {}, inGroups(vpc.webGroup));
  });

  afterAll(() => instance.purge());

  test("gives a task the address that it is shown with", async () => {
    const command = [
      "sh",
      "-c",
      'ip -6 addr show eth0; wget -q -O - "$ECS_CONTAINER_METADATA_URI_V4"; echo; echo done',
    ];
    const run = tasks.finish("address", [{ name: "main", command }], {}, inGroups(vpc.clientGroup));
    const { task, lines } = await run;
    const address = addressOf(task);
    const text = lines.join("\n");
    expect(address.slice(0, 12)).toBe(vpc.block.slice(0, 12));
    expect(text).toContain(`inet6 ${address}/64`);
    expect(text).toContain(`"IPv6Addresses":["${address}"]`);
    expect(text).toContain(`"IPv6SubnetCIDRBlock":"${vpc.block.replace("/56", "/64")}"`);
    const id = web.attachments?.[0]?.details?.find(({ name }) => name === "networkInterfaceId")?.value ?? "";
    const { NetworkInterfaces } = await tasks.ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }),
    );
    expect(NetworkInterfaces?.[0]?.Ipv6Addresses).toEqual([{ Ipv6Address: addressOf(web) }]);
  });

  test("lets tasks talk by IPv6 as their groups say, and the machine at none of its rules", async () => {
    const [friend, stranger] = await Promise.all([visit("friend", vpc.clientGroup), visit("stranger", vpc.webGroup)]);
    expect(friend.lines.at(-1)).toBe("hello");
    expect(stranger.lines.at(-1)).toBe("refused");
    const curl = () =>
      promisify(execFile)("curl", ["-s", "--max-time", "2", `http://[${addressOf(web)}]/`]).then(
        ({ stdout }) => stdout,
        () => "refused",
      );
    expect(await curl()).toBe("refused");
    const allowed = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, Ipv6Ranges: [{ CidrIpv6: "::/0" }] };
    await tasks.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: vpc.webGroup, IpPermissions: [allowed] }));
    await expect.poll(curl, { timeout: 5_000 }).toBe("hello\n");
  });

  test("gives no IPv6 address where the account setting says so", async () => {
    await setDualStack("disabled");
    const { task } = await tasks.finish("single", [{ name: "main", command: ["true"] }], {}, inGroups(vpc.clientGroup));
    expect(addressOf(task)).toBe("");
    expect(task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address).toMatch(/^10\.7\.1\./);
  });
});
