import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import type { Task } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { Tasks } from "./support/tasks.ts";

let instance: FleetlessInstance;
let tasks: Tasks;
let webGroup: string;
let clientGroup: string;
let web: Task;
let publicAddress: string;
let privateAddress: string;

const inGroups = (...securityGroups: string[]) => ({
  networkConfiguration: {
    awsvpcConfiguration: { subnets: [tasks.subnet], securityGroups, assignPublicIp: "ENABLED" as const },
  },
});

const createGroup = async (GroupName: string): Promise<string> =>
  (await tasks.ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName }))).GroupId ?? "";

/** Whether the host gets an answer from the web server's public address. */
const reached = async (): Promise<boolean> =>
  promisify(execFile)("curl", ["-s", "--max-time", "1", `http://${publicAddress}/`]).then(
    ({ stdout }) => stdout === "hello\n",
    () => false,
  );

/** What a task in some groups gets from the web server's private address. */
const visitFrom = async (family: string, ...groups: string[]): Promise<string[]> => {
  const command = ["sh", "-c", `timeout 2 wget -q -O - http://${privateAddress}/ || echo refused`];
  const task = await tasks.run(family, [{ name: "main", command }], "STOPPED", {}, inGroups(...groups));
  return tasks.untilLine(task, /hello|refused/);
};

beforeAll(async () => {
  instance = await createInstance();
  await instance.up();
  await importBusybox(instance);
  tasks = new Tasks(instance);
  await tasks.prepare();
  webGroup = await createGroup("web");
  clientGroup = await createGroup("client");
  const containers = [{ name: "web", command: ["httpd", "-f", "-p", "80", "-h", "/www"] }];
  web = await tasks.run("web", containers, "RUNNING", {}, inGroups(webGroup));
  ({ publicAddress, privateAddress } = await tasks.addresses(web));
});

afterAll(() => instance.purge());

const fromEverywhere = () => ({
  GroupId: webGroup,
  IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
});

test("the address in DescribeTasks is the one inside the container", async () => {
  const task = await tasks.run(
    "address",
    [{ name: "main", command: ["sh", "-c", "ip -4 addr show eth0; hostname"] }],
    "STOPPED",
  );
  const details = Object.fromEntries((task.attachments?.[0]?.details ?? []).map(({ name, value }) => [name, value]));
  const text = (await tasks.untilLine(task, /ip-/)).join("\n");
  expect(text).toContain(`inet ${details.privateIPv4Address}/20`);
  expect(text).toContain(`ip-${details.privateIPv4Address?.replaceAll(".", "-")}`);
});

test("nothing passes until a rule allows it, and a change of rules reaches a running task within a second", async () => {
  expect(await reached()).toBe(false);
  await tasks.ec2.send(new AuthorizeSecurityGroupIngressCommand(fromEverywhere()));
  await new Promise((wake) => setTimeout(wake, 1_000));
  expect(await reached()).toBe(true);
  await tasks.ec2.send(new RevokeSecurityGroupIngressCommand(fromEverywhere()));
  await new Promise((wake) => setTimeout(wake, 1_000));
  expect(await reached()).toBe(false);
});

test("a group as a source lets in its members and no others", async () => {
  const UserIdGroupPairs = [{ GroupId: clientGroup }];
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, UserIdGroupPairs }];
  await tasks.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: webGroup, IpPermissions }));
  expect(await visitFrom("member", clientGroup)).toEqual(["hello"]);
  expect((await visitFrom("stranger", webGroup)).at(-1)).toBe("refused");
});

test("names of the VPC resolve inside a task", async () => {
  const name = `ip-${privateAddress.replaceAll(".", "-")}.ec2.internal`;
  const task = await tasks.run("dns", [{ name: "main", command: ["nslookup", name] }], "STOPPED");
  expect((await tasks.untilLine(task, /Address/)).join("\n")).toContain(privateAddress);
});

test("a task reaches neither the host's services nor Fleetless's own port on the host", async () => {
  const command = [
    "sh",
    "-c",
    `ip route; gw=$(ip route | grep default | tr ' ' '\\n' | grep 172); nc -w 2 $gw ${instance.port} </dev/null && echo open || echo closed`,
  ];
  const task = await tasks.run("host", [{ name: "main", command }], "STOPPED");
  expect((await tasks.untilLine(task, /open|closed/)).at(-1)).toBe("closed");
});
