import { randomBytes } from "node:crypto";
import { FilterLogEventsCommand, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { CreateFlowLogsCommand, RevokeSecurityGroupEgressCommand } from "@aws-sdk/client-ec2";
import type { Task } from "@aws-sdk/client-ecs";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layerOf, tarOf } from "../../packages/node-agent/src/runtime/images/build-layout.ts";
import { machinePlatform } from "../../packages/node-agent/src/runtime/images/manifest.ts";
import { busyboxFiles } from "../integration/runtime/machine.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { createGroup } from "./support/subnets.ts";
import { Tasks } from "./support/tasks.ts";
import { createTranslatedVpc, type TranslatedVpc } from "./support/translated-vpc.ts";
import { openWorld, type World } from "./support/world.ts";

let world: World;
let instance: FleetlessInstance;
let tasks: Tasks;
let vpc: TranslatedVpc;
const base = tarOf(busyboxFiles);
const layerBytes = 3 * 1024 ** 2;
const logGroupName = "/vpc/pulls";

beforeAll(async () => {
  [world, instance] = await Promise.all([openWorld(), createInstance()]);
  instance.environment.NODE_EXTRA_CA_CERTS = world.certificatePath;
  // Its sandbox takes the interface over, so that nothing may be left of the pull by then.
  await instance.up("--isolation", "gvisor");
  tasks = new Tasks(instance);
  await tasks.prepare();
  vpc = await createTranslatedVpc(tasks.ec2, 71);
});
afterAll(async () => {
  await instance.purge();
  await world.close();
});

/** An image with a layer of its own that cannot be packed, in the world's registry; answers its reference. */
const publish = async (tag: string): Promise<string> => {
  const own = await tarOf([{ path: "own", content: randomBytes(layerBytes) }]);
  const layers = [layerOf(await base), layerOf(own, "none")];
  world.registry.putImage(tag, layers, { Cmd: ["/bin/sh", "-c", "exit 7"] }, machinePlatform().architecture);
  return `${world.registry.host}/team/app:${tag}`;
};

const container = (image: string, name = "main") => ({ name, image, logConfiguration: undefined });

const inSubnet = (subnet: string, assignPublicIp: "ENABLED" | "DISABLED", groups: readonly string[] = []) => ({
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: [subnet],
      assignPublicIp,
      ...(groups.length === 0 ? {} : { securityGroups: [...groups] }),
    },
  },
});

const comersFor = (tag: string): readonly string[] => {
  const first = world.registry.requests.findIndex(({ path }) => path.endsWith(`/manifests/${tag}`));
  return [...new Set(world.registry.requests.slice(first).map(({ from }) => from ?? ""))];
};

const interfaceOf = (task: Task): string =>
  task.attachments?.[0]?.details?.find(({ name }) => name === "networkInterfaceId")?.value ?? "";

test("the registry sees a task's own public address, or its NAT gateway's, and a second container comes by the same", async () => {
  const own = await publish("own-address");
  const running = await tasks.start(
    await tasks.register("own-address", [{ ...container(own), command: ["sleep", "100"] }]),
    inSubnet(vpc.publicSubnetId, "ENABLED"),
  );
  const exposed = await tasks.until(running[0]?.taskArn ?? "", "RUNNING");
  const { publicAddress } = await tasks.addresses(exposed);
  expect(publicAddress).not.toBe("");
  expect(comersFor("own-address")).toEqual([publicAddress]);
  await tasks.stop(exposed.taskArn ?? "");

  const containers = [container(await publish("nat-one"), "one"), container(await publish("nat-two"), "two")];
  const hidden = await tasks.run("nat", containers, "STOPPED", {}, inSubnet(vpc.privateSubnetId, "DISABLED"));
  expect(hidden).toMatchObject({ stopCode: "EssentialContainerExited" });
  expect(comersFor("nat-one")).toEqual([vpc.publicAddress]);
  expect(comersFor("nat-two")).toEqual([vpc.publicAddress]);
});

test("a flow log tells of the pull on the task's interface", async () => {
  const statement = (rest: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...rest }] });
  const AssumeRolePolicyDocument = statement({
    Principal: { Service: "vpc-flow-logs.amazonaws.com" },
    Action: "sts:AssumeRole",
  });
  const { Role } = await tasks.iam.send(new CreateRoleCommand({ RoleName: "flows", AssumeRolePolicyDocument }));
  const PolicyDocument = statement({ Action: "logs:*", Resource: "*" });
  await tasks.iam.send(new PutRolePolicyCommand({ RoleName: "flows", PolicyName: "logs", PolicyDocument }));
  const { Unsuccessful } = await tasks.ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: "VPC",
      ResourceIds: [vpc.vpcId],
      TrafficType: "ALL",
      LogGroupName: logGroupName,
      DeliverLogsPermissionArn: Role?.Arn,
      MaxAggregationInterval: 60,
      LogFormat: `$\{srcaddr} $\{dstaddr} $\{srcport} $\{action} $\{bytes}`,
    }),
  );
  expect(Unsuccessful).toEqual([]);
  const image = await publish("recorded");
  const task = await tasks.run(
    "recorded",
    [container(image)],
    "STOPPED",
    {},
    inSubnet(vpc.privateSubnetId, "DISABLED"),
  );
  const { privateIPv4Address = "" } = Object.fromEntries(
    (task.attachments?.[0]?.details ?? []).map(({ name = "", value = "" }) => [name, value]),
  );
  const bytesOfThePull = async (): Promise<number> => {
    try {
      const logStreamNames = [`${interfaceOf(task)}-all`];
      const { events } = await tasks.logs.send(new FilterLogEventsCommand({ logGroupName, logStreamNames }));
      return (events ?? [])
        .map(({ message = "" }) => message.split(" "))
        .filter((fields) => fields.slice(0, 4).join(" ") === `${world.address} ${privateIPv4Address} 443 ACCEPT`)
        .reduce((sum, fields) => sum + Number(fields[4]), 0);
    } catch (thrown) {
      if (!(thrown instanceof ResourceNotFoundException)) throw thrown;
      return 0;
    }
  };
  await expect.poll(bytesOfThePull, { timeout: 20_000 }).toBeGreaterThan(layerBytes);
  expect(await bytesOfThePull()).toBeLessThan(2 * layerBytes);
});

test("a security group that lets nothing out fails the pull in ECS's words, and no packet leaves", async () => {
  const group = await createGroup(tasks.ec2, vpc.vpcId, "shut");
  const everything = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
  await tasks.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: group, IpPermissions: everything }));
  const image = await publish("shut");
  const task = await tasks.run(
    "shut",
    [container(image)],
    "STOPPED",
    {},
    inSubnet(vpc.privateSubnetId, "DISABLED", [group]),
  );
  expect(task).toMatchObject({ stopCode: "TaskFailedToStart" });
  expect(task.stoppedReason).toMatch(
    /^CannotPullContainerError: The task can’t pull the image\. Check your network configuration\. ref pull has been retried 1 time\(s\): failed to resolve ref [\d.]+\/team\/app:shut: failed to do request: dial tcp: no rule of the security groups of eni-\w+ lets it out on its way to [\d.]+:443$/,
  );
  expect(world.registry.requests.filter(({ path }) => path.endsWith("/shut"))).toEqual([]);
});

test("a task that is stopped while its image is pulled takes its connections along, and another one pulls by its own", async () => {
  const image = await publish("held");
  world.registry.holdAfter = layerBytes / 2;
  const place = inSubnet(vpc.privateSubnetId, "DISABLED");
  const definition = await tasks.register("held", [container(image)]);
  const asked = (): number =>
    world.registry.requests.filter(({ method, path }) => method === "GET" && path.includes("/blobs/")).length;
  const before = asked();
  const [first] = await tasks.start(definition, place);
  await expect.poll(asked, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + 2);
  const [second] = await tasks.start(definition, inSubnet(vpc.publicSubnetId, "ENABLED"));
  await tasks.untilTask(second?.taskArn ?? "", (task) => task.lastStatus === "PENDING");
  const until = world.registry.requests.length;
  await tasks.stop(first?.taskArn ?? "");
  await tasks.until(first?.taskArn ?? "", "STOPPED");
  // The second had joined the first one's pull, and makes connections of its own now.
  await expect.poll(() => world.registry.requests.length, { timeout: 20_000 }).toBeGreaterThan(until);
  const { publicAddress } = await tasks.addresses(await tasks.describe(second?.taskArn ?? ""));
  await expect
    .poll(() => new Set(world.registry.requests.slice(until).map(({ from }) => from)))
    .toEqual(new Set([publicAddress]));
  world.registry.release();
  const finished = await tasks.until(second?.taskArn ?? "", "STOPPED");
  expect(finished).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 7 }] });
  await expect.poll(() => world.registry.connections, { timeout: 5_000 }).toBe(0);
});
