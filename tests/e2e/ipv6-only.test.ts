import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateSecurityGroupCommand,
} from "@aws-sdk/client-ec2";
import type { Task } from "@aws-sdk/client-ecs";
import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  GetOperationCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
} from "@aws-sdk/client-servicediscovery";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { busyboxReference } from "./support/busybox-image.ts";
import { keepImageAndSecret } from "./support/image-and-secret.ts";
import { isolationsForStore } from "./support/instance.ts";
import { createIpv6OnlySubnet, type Ipv6OnlySubnet, leadToTheWorld } from "./support/ipv6-only-subnets.ts";
import { type RunningInstance, shell, useInstance } from "./support/use-instance.ts";

const inSubnet = (subnet: Ipv6OnlySubnet, ...securityGroups: readonly string[]) => ({
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: [subnet.subnetId],
      assignPublicIp: "DISABLED" as const,
      ...(securityGroups.length === 0 ? {} : { securityGroups: [...securityGroups] }),
    },
  },
});

const addressOf = (task: Task): string => task.containers?.[0]?.networkInterfaces?.[0]?.ipv6Address ?? "";

/** Has `web.six.test` lead to the address inside the VPC, through Cloud Map. */
const register = async ({ instance }: RunningInstance, vpcId: string, address: string): Promise<void> => {
  const names = new ServiceDiscoveryClient(instance.clientSettings);
  const finish = async (OperationId: string | undefined) => {
    const operation = async () => (await names.send(new GetOperationCommand({ OperationId }))).Operation;
    await vi.waitUntil(async () => (await operation())?.Status === "SUCCESS", { interval: 20, timeout: 10_000 });
    return await operation();
  };
  const made = await names.send(new CreatePrivateDnsNamespaceCommand({ Name: "six.test", Vpc: vpcId }));
  const NamespaceId = (await finish(made.OperationId))?.Targets?.NAMESPACE;
  const DnsConfig = { DnsRecords: [{ Type: "AAAA" as const, TTL: 10 }] };
  const { Service } = await names.send(new CreateServiceCommand({ Name: "web", NamespaceId, DnsConfig }));
  const Attributes = { AWS_INSTANCE_IPV6: address };
  const registered = await names.send(
    new RegisterInstanceCommand({ ServiceId: Service?.Id, InstanceId: "web-1", Attributes }),
  );
  await finish(registered.OperationId);
};

// Busybox's wget reads no addresses of IPv6.
const get = "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2";

describe.each(isolationsForStore)("a task in an IPv6-only subnet with %s", (isolation) => {
  const fleetless = useInstance("--isolation", isolation);
  let subnet: Ipv6OnlySubnet;
  let group: string;
  let web: Task;

  beforeAll(async () => {
    const { tasks } = fleetless;
    subnet = await createIpv6OnlySubnet(tasks.ec2, 66);
    await leadToTheWorld(tasks.ec2, subnet);
    const named = { VpcId: subnet.vpcId, GroupName: "web", Description: "web" };
    group = (await tasks.ec2.send(new CreateSecurityGroupCommand(named))).GroupId ?? "";
    const command = ["httpd", "-f", "-p", "80", "-h", "/www"];
    const more = { ...inSubnet(subnet, group), enableExecuteCommand: true };
    web = await tasks.run("web", [{ name: "web", command }], "RUNNING", {}, more);
    await register(fleetless, subnet.vpcId, addressOf(web));
  });

  test("is shown with its IPv6 address alone, knows itself, its role and names, and delivers its lines", async () => {
    const { tasks } = fleetless;
    const [attachment] = web.attachments ?? [];
    expect(attachment?.details?.map(({ name }) => name)).toEqual([
      "subnetId",
      "networkInterfaceId",
      "macAddress",
      "ipv6Address",
    ]);
    expect(web.containers?.[0]?.networkInterfaces).toEqual([
      { attachmentId: attachment?.id, ipv6Address: addressOf(web) },
    ]);
    const taskRoleArn = await tasks.createRole("task");
    const script = [
      "ip addr show eth0",
      "cat /etc/resolv.conf",
      'wget -q -O - "$ECS_CONTAINER_METADATA_URI_V4"; echo',
      'wget -q -O - "http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"; echo',
      "nslookup -type=aaaa web.six.test",
      'wget -S -q -O - "$AWS_ENDPOINT_URL/?Action=GetCallerIdentity" 2>&1',
      "echo end",
    ].join("; ");
    const run = await tasks.run(
      "self",
      [{ name: "main", ...shell(script) }],
      "STOPPED",
      { taskRoleArn },
      inSubnet(subnet),
    );
    const text = (await tasks.untilLine(run, /^end$/)).join("\n");
    expect(text).toContain(`inet6 ${addressOf(run)}/64`);
    expect(text.match(/inet [\d.]+/g)?.filter((each) => !each.startsWith("inet 169.254.172."))).toEqual([]);
    expect(text).toContain("nameserver fd00:ec2::253");
    expect(text).toContain(`"IPv6Addresses":["${addressOf(run)}"]`);
    expect(text).toContain(`"IPv6SubnetCIDRBlock":"${subnet.subnetCidr}"`);
    expect(text).toContain('"SubnetGatewayIPV6Address":"fe80::1/64"');
    expect(text).not.toMatch(/IPv4Addresses|IPv4SubnetCIDRBlock|SubnetGatewayIpv4Address/);
    expect(text).toContain(`"RoleArn":"${taskRoleArn}"`);
    expect(text).toContain(addressOf(web));
    expect(text).toMatch(/HTTP\/1\.1 403/);
  });

  test("is reached by its name within the VPC and by its address from the world, as its group says", async () => {
    const { tasks } = fleetless;
    const far = await createIpv6OnlySubnet(tasks.ec2, 67);
    await leadToTheWorld(tasks.ec2, far);
    const address = "$(nslookup -type=aaaa web.six.test | sed -n 's/^Address: //p' | tail -n 1)";
    const visit = async (from: Ipv6OnlySubnet, to: string) => {
      const script = `${get} ${to} 80 || echo refused`;
      return (await tasks.finish("visit", [{ name: "main", ...shell(script) }], {}, inSubnet(from))).lines.at(-1);
    };
    const curl = () =>
      promisify(execFile)("curl", ["-s", "--max-time", "2", `http://[${addressOf(web)}]/`]).then(
        ({ stdout }) => stdout,
        () => "refused",
      );
    expect([await visit(subnet, address), await curl()]).toEqual(["refused", "refused"]);
    const allowed = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, Ipv6Ranges: [{ CidrIpv6: "::/0" }] };
    await tasks.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: [allowed] }));
    await expect.poll(curl, { timeout: 5_000 }).toBe("hello\n");
    expect(await Promise.all([visit(subnet, address), visit(far, addressOf(web))])).toEqual(["hello", "hello"]);
    const id = web.taskArn?.split("/").at(-1) ?? "";
    const { code, stdout } = await fleetless.instance.run("vpc", "why", "internet", id, "80");
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining(`has ${addressOf(web)}`) });
    const session = await fleetless.instance.run("task", "exec", id, "--", "hostname");
    expect(session).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
    // Over a new start of the agent the endpoint knows it by its link-local address still.
    await fleetless.instance.kill();
    await fleetless.instance.up("--isolation", isolation);
    const known = await fleetless.instance.run(
      "task",
      "exec",
      id,
      "--",
      "sh",
      "-c",
      'wget -q -O - "$ECS_CONTAINER_METADATA_URI_V4/task"',
    );
    expect(known).toMatchObject({ code: 0, stdout: expect.stringContaining(addressOf(web)) });
    const drawn = await fleetless.instance.run("vpc", "show", subnet.vpcId);
    expect(drawn.stdout).toMatch(new RegExp(`subnet ${subnet.subnetId}  ${subnet.subnetCidr} .* public  IPv6 only`));
  });
});

describe("the way out of an IPv6-only subnet", () => {
  const fleetless = useInstance("--isolation", "runc");
  const account = "123456789012";
  let subnet: Ipv6OnlySubnet;
  let secretArn: string;

  beforeAll(async () => {
    const { tasks } = fleetless;
    secretArn = await keepImageAndSecret(fleetless);
    subnet = await createIpv6OnlySubnet(tasks.ec2, 68);
  });

  test("is missed by name where there is none, and taken by images, secrets and logs where it leads out", async () => {
    const { tasks } = fleetless;
    const secrets = [{ name: "TOKEN", valueFrom: secretArn }];
    const main = (image: string) => ({ name: "main", image, secrets, ...shell('echo "token: $TOKEN"') });
    const run = async (image: string, rest = {}) =>
      (await tasks.run("way", [{ ...main(image), ...rest }], "STOPPED", {}, inSubnet(subnet))).stoppedReason ?? "";
    const dual = `${account}.dkr-ecr.us-east-1.on.aws/team/web:1`;
    const single = `${account}.dkr.ecr.us-east-1.amazonaws.com/team/web:1`;
    const noWay = (service: string) =>
      `${subnet.subnetId} has no route to com.amazonaws.us-east-1.${service} by IPv6 in ${subnet.routeTableId}, and ${subnet.vpcId} has no endpoint for it`;
    const [pull, secret, log] = await Promise.all([
      run(dual, { secrets: [], logConfiguration: undefined }),
      run(busyboxReference, { logConfiguration: undefined }),
      run(busyboxReference, { secrets: [] }),
    ]);
    expect(pull).toContain(noWay("ecr.api"));
    expect(secret).toContain(noWay("secretsmanager"));
    expect(log).toContain(noWay("logs"));
    const gateway = await tasks.ec2.send(new CreateEgressOnlyInternetGatewayCommand({ VpcId: subnet.vpcId }));
    await leadToTheWorld(tasks.ec2, subnet, gateway.EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId ?? "");
    const { task, lines } = await tasks.finish("way", [main(dual)], {}, inSubnet(subnet));
    expect(task).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 0 }] });
    expect(lines).toEqual(["token: a token"]);
    expect(await run(single)).toMatch(
      /^CannotPullContainerError: .*: 123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com has IPv4 addresses alone, and eni-\w+ of subnet-\w+ has none; 123456789012\.dkr-ecr\.us-east-1\.on\.aws has both$/,
    );
  });

  test("is no public address: one that is asked for is refused", async () => {
    const { tasks } = fleetless;
    const { networkConfiguration } = inSubnet(subnet);
    const awsvpcConfiguration = { ...networkConfiguration.awsvpcConfiguration, assignPublicIp: "ENABLED" as const };
    const arn = await tasks.register("public", [{ name: "main" }]);
    await expect(tasks.start(arn, { networkConfiguration: { awsvpcConfiguration } })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: `A public IPv4 address cannot be assigned in ${subnet.subnetId}, which is an IPv6-only subnet.`,
    });
  });
});
