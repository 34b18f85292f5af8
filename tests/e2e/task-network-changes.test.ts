import { createConnection, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateVpcBlockPublicAccessExclusionCommand,
  DeleteRouteCommand,
  DeleteVpcBlockPublicAccessExclusionCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ModifyVpcBlockPublicAccessOptionsCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import type { Task } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { Tasks } from "./support/tasks.ts";

let instance: FleetlessInstance;
let tasks: Tasks;
let group: string;
let closedGroup: string;
let client: Task;
let address: string;
let interfaceId: string;

/** What the task listens on: the rule of the one goes, that of the other stays. */
const [echoPort, otherPort] = [7, 9];
/** How soon a change takes effect, in milliseconds. */
const oneSecond = 1_000;

const createGroup = async (GroupName: string): Promise<string> =>
  (await tasks.ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName }))).GroupId ?? "";

const ruleFor = (port: number) => ({
  GroupId: group,
  IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
});

beforeAll(async () => {
  instance = await createInstance();
  await instance.up("--isolation", "runc");
  await importBusybox(instance);
  tasks = new Tasks(instance);
  await tasks.prepare();
  [group, closedGroup] = [await createGroup("web"), await createGroup("closed")];
  for (const port of [echoPort, otherPort, 80]) {
    await tasks.ec2.send(new AuthorizeSecurityGroupIngressCommand(ruleFor(port)));
  }
  const networkConfiguration = {
    awsvpcConfiguration: { subnets: [tasks.subnet], securityGroups: [group], assignPublicIp: "ENABLED" as const },
  };
  const serve = `nc -ll -p ${echoPort} -e cat & nc -ll -p ${otherPort} -e cat & exec httpd -f -p 80 -h /www`;
  const web = await tasks.run(
    "web",
    [{ name: "web", command: ["sh", "-c", serve] }],
    "RUNNING",
    {},
    {
      networkConfiguration,
    },
  );
  const { publicAddress, privateAddress } = await tasks.addresses(web);
  address = publicAddress;
  const { NetworkInterfaces } = await tasks.ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "private-ip-address", Values: [privateAddress] }] }),
  );
  interfaceId = NetworkInterfaces?.[0]?.NetworkInterfaceId ?? "";
  // A neighbour whom no change of routes and addresses concerns; it tells of each visit that fails.
  const visit = `timeout 2 wget -q -O - http://${privateAddress}/ >/dev/null || echo lost; sleep 0.1`;
  const command = ["sh", "-c", `echo visiting; while true; do ${visit}; done`];
  client = await tasks.run("client", [{ name: "main", command }], "RUNNING", {}, { networkConfiguration });
  await tasks.untilLine(client, /visiting/);
});

afterAll(() => instance.purge());

/** A connection over which something is said every 20 ms, and what comes back is timed. */
class Conversation {
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  #heardAt = 0;

  constructor(host: string, port: number) {
    this.#socket = createConnection({ host, port });
    this.#socket.on("data", () => {
      this.#heardAt = performance.now();
    });
    this.#socket.on("error", () => undefined);
    this.#timer = setInterval(() => this.#socket.writable && this.#socket.write("."), 20);
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Throws where nothing comes back within `milliseconds` from now. */
  async hear(milliseconds: number): Promise<void> {
    const since = performance.now();
    while (this.#heardAt <= since) {
      if (performance.now() > since + milliseconds) throw new Error(`Nothing was heard for ${milliseconds} ms`);
      await sleep(10);
    }
  }

  end(): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
  }
}

/** Whether somebody answers there within a second, who need not at once. */
const answers = async (host: string, port: number): Promise<boolean> => {
  const deadline = performance.now() + oneSecond;
  while (performance.now() < deadline) {
    const conversation = new Conversation(host, port);
    const isHeard = await conversation.hear(200).then(
      () => true,
      () => false,
    );
    conversation.end();
    if (isHeard) return true;
  }
  return false;
};

/** How long after a change, in milliseconds, the last answer came; throws where one comes later than a second. */
const silencedAfter = async (conversation: Conversation, change: Promise<unknown>): Promise<number> => {
  await change;
  const changedAt = performance.now();
  await sleep(oneSecond);
  const { heardAt } = conversation;
  await sleep(2 * oneSecond);
  expect(conversation.heardAt, instance.log().slice(-4_096)).toBe(heardAt);
  return heardAt - changedAt;
};

test("a connection dies with the rule that let it in, and another one goes on", async () => {
  const [doomed, other] = [new Conversation(address, echoPort), new Conversation(address, otherPort)];
  await Promise.all([doomed.hear(5_000), other.hear(5_000)]);
  const silence = silencedAfter(doomed, tasks.ec2.send(new RevokeSecurityGroupIngressCommand(ruleFor(echoPort))));
  const listened = (async () => {
    for (let each = 0; each < 5; each += 1) await other.hear(oneSecond);
  })();
  expect(await silence).toBeLessThan(oneSecond);
  await listened;
  await tasks.ec2.send(new AuthorizeSecurityGroupIngressCommand(ruleFor(echoPort)));
  expect(await answers(address, echoPort)).toBe(true);
  doomed.end();
  other.end();
});

test("a route that goes takes its connections along, and neighbours go on; one that comes back leads at once", async () => {
  const before = (await tasks.lines(client)).length;
  const { RouteTables: [table] = [] } = await tasks.ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: "association.main", Values: ["true"] }] }),
  );
  const gateway = table?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0")?.GatewayId;
  const route = { RouteTableId: table?.RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
  const conversation = new Conversation(address, otherPort);
  await conversation.hear(5_000);
  expect(await silencedAfter(conversation, tasks.ec2.send(new DeleteRouteCommand(route)))).toBeLessThan(oneSecond);
  conversation.end();
  await tasks.ec2.send(new CreateRouteCommand({ ...route, GatewayId: gateway }));
  expect(await answers(address, otherPort)).toBe(true);
  expect((await tasks.lines(client)).length).toBe(before);
});

test("public access that is blocked ends what comes in through the gateway, and an excluded subnet has it back", async () => {
  const before = (await tasks.lines(client)).length;
  const block = (InternetGatewayBlockMode: "off" | "block-bidirectional" | "block-ingress") =>
    tasks.ec2.send(new ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode }));
  const conversation = new Conversation(address, otherPort);
  await conversation.hear(5_000);
  expect(await silencedAfter(conversation, block("block-bidirectional"))).toBeLessThan(oneSecond);
  conversation.end();
  const mode = { InternetGatewayExclusionMode: "allow-bidirectional" } as const;
  const made = await tasks.ec2.send(
    new CreateVpcBlockPublicAccessExclusionCommand({ ...mode, SubnetId: tasks.subnet }),
  );
  const { ExclusionId } = made.VpcBlockPublicAccessExclusion ?? {};
  expect(await answers(address, otherPort)).toBe(true);
  await block("block-ingress");
  const excluded = new Conversation(address, otherPort);
  await excluded.hear(5_000);
  const unspared = tasks.ec2.send(new DeleteVpcBlockPublicAccessExclusionCommand({ ExclusionId }));
  expect(await silencedAfter(excluded, unspared)).toBeLessThan(oneSecond);
  excluded.end();
  await block("off");
  expect(await answers(address, otherPort)).toBe(true);
  expect((await tasks.lines(client)).length).toBe(before);
});

test("a running task is reached at an elastic address within a second, and no more where it was", async () => {
  const before = (await tasks.lines(client)).length;
  const { AllocationId, PublicIp = "" } = await tasks.ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const conversation = new Conversation(address, otherPort);
  await conversation.hear(5_000);
  const change = tasks.ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId: interfaceId }));
  const reached = change.then(() => answers(PublicIp, otherPort));
  expect(await silencedAfter(conversation, change)).toBeLessThan(oneSecond);
  expect(await reached).toBe(true);
  conversation.end();
  address = PublicIp;
  expect((await tasks.lines(client)).length).toBe(before);
});

test("a running task's interface is given other groups, which decide from then on", async () => {
  const put = (GroupId: string) =>
    tasks.ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: interfaceId, Groups: [GroupId] }));
  await put(group);
  const conversation = new Conversation(address, echoPort);
  await conversation.hear(5_000);
  expect(await silencedAfter(conversation, put(closedGroup))).toBeLessThan(oneSecond);
  conversation.end();
  const [found] =
    (await tasks.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [interfaceId] })))
      .NetworkInterfaces ?? [];
  // The neighbour would tell of it, if anything of the above had concerned it.
  await tasks.untilLine(client, /lost/);
  expect(found?.Groups).toMatchObject([{ GroupId: closedGroup }]);
  await put(group);
  expect(await answers(address, echoPort)).toBe(true);
});
