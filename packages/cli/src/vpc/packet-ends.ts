import { isIPv4, isIPv6 } from "node:net";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { CommandFailure } from "../failure.ts";
import { findTask, taskIdOf } from "../task-lookup.ts";

/** An interface of a VPC, or an address in the world. */
export type PacketEnd = { readonly interface: string } | { readonly address: string };

/** Stand for the world where it does not matter which address: of blocks kept for documentation. */
const anywhere = { ipv4: "203.0.113.1", ipv6: "2001:db8::1" } as const;

const interfaceOfTask = async (ecs: ECSClient, cluster: string, named: string): Promise<PacketEnd> => {
  const task = await findTask(ecs, cluster, named);
  const details = (task.attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  const id = details.find(({ name }) => name === "networkInterfaceId")?.value;
  if (id === undefined) throw new CommandFailure(`Task ${taskIdOf(task)} has no network interface yet`);
  return { interface: id };
};

const hasIpv6Only = async (
  clients: { readonly ec2: EC2Client; readonly ecs: ECSClient },
  cluster: string,
  named: string,
): Promise<boolean> => {
  const end = await packetEnd(clients, cluster, named, "internet");
  if (!("interface" in end)) return false;
  const { DescribeNetworkInterfacesCommand } = await import("@aws-sdk/client-ec2");
  const { NetworkInterfaces } = await clients.ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [end.interface] }),
  );
  return NetworkInterfaces?.[0]?.Ipv6Native === true;
};

/**
 * What a person names: a network interface, an address, `internet`, or else a task. A private address is the
 * interface's that has it; where several VPCs have it, CommandFailure says so. `other` is the other end's name: where
 * it is an address of IPv6, or a task or an interface that has no other, so is the world's.
 */
export const packetEnd = async (
  clients: { readonly ec2: EC2Client; readonly ecs: ECSClient },
  cluster: string,
  named: string,
  other: string,
): Promise<PacketEnd> => {
  if (named === "internet") {
    const byIpv6 = isIPv6(other) || (other !== "internet" && (await hasIpv6Only(clients, cluster, other)));
    return { address: anywhere[byIpv6 ? "ipv6" : "ipv4"] };
  }
  if (isIPv6(named)) return { address: named };
  if (named.startsWith("eni-")) return { interface: named };
  if (!isIPv4(named)) return await interfaceOfTask(clients.ecs, cluster, named);
  const { DescribeNetworkInterfacesCommand } = await import("@aws-sdk/client-ec2");
  const { NetworkInterfaces = [] } = await clients.ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "private-ip-address", Values: [named] }] }),
  );
  const [found, another] = NetworkInterfaces;
  if (found?.NetworkInterfaceId === undefined) return { address: named };
  if (another !== undefined) {
    const ids = NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId).join(", ");
    throw new CommandFailure(`Several VPCs have ${named}: name one of the interfaces ${ids}`);
  }
  return { interface: found.NetworkInterfaceId };
};
