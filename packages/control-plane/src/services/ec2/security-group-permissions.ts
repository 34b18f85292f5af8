import type { IpPermission } from "@aws-sdk/client-ec2";
import { canonicalCidr, familyOf } from "./cidr.ts";
import type { RulePeer, SecurityGroupRule } from "./collections.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter } from "./errors.ts";

/** A group as a rule names it, before it was looked up. */
export interface GroupReference {
  readonly groupId?: string | undefined;
  readonly groupName?: string | undefined;
  readonly userId?: string | undefined;
  readonly vpcId?: string | undefined;
}

type RequestedPeer =
  | { readonly kind: "cidr"; readonly cidr: string }
  | { readonly kind: "prefix-list"; readonly prefixListId: string }
  | { readonly kind: "group"; readonly group: GroupReference };

/** One rule as a caller asks for it. */
export interface RequestedRule {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: RequestedPeer;
  readonly description: string | undefined;
}

/** The parameters from before IpPermissions, still sent by older scripts. */
export interface FlatPermission {
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
  readonly SourceSecurityGroupName?: string | undefined;
  readonly SourceSecurityGroupOwnerId?: string | undefined;
}

const named: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", all: "-1" };

/** `-1`, `tcp`, `udp`, `icmp`, `icmpv6`, or the number of another IP protocol. */
const readProtocol = (text: string | undefined): string => {
  if (text === undefined || text === "") throw missingParameter("ipProtocol");
  const protocol = named[text.toLowerCase()] ?? text.toLowerCase();
  const valid =
    ["-1", "tcp", "udp", "icmp", "icmpv6"].includes(protocol) ||
    (/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255);
  if (!valid) throw invalidParameterValue(`Invalid value '${text}' for IP protocol. Unknown protocol.`);
  return protocol;
};

/** Ports of TCP and UDP, type and code of ICMP; of other protocols neither counts. */
const readPorts = (
  protocol: string,
  from: number | undefined,
  to: number | undefined,
): { readonly fromPort: number; readonly toPort: number } => {
  if (protocol === "tcp" || protocol === "udp") {
    if (from === undefined || to === undefined) {
      throw invalidParameterValue("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
    }
    for (const port of [from, to]) {
      if (!Number.isInteger(port) || port < 0 || port > 65535) {
        throw invalidParameterValue(`TCP/UDP port (${port}) out of range`);
      }
    }
    if (from > to) throw invalidParameterValue(`Invalid TCP/UDP port range (${from}:${to})`);
    return { fromPort: from, toPort: to };
  }
  if (protocol !== "icmp" && protocol !== "icmpv6") return { fromPort: -1, toPort: -1 };
  const [type, code] = [from ?? -1, to ?? -1];
  const isByte = (value: number): boolean => Number.isInteger(value) && value >= -1 && value <= 255;
  if (!isByte(type)) throw invalidParameterValue(`ICMP type (${type}) out of range`);
  if (!isByte(code)) throw invalidParameterValue(`ICMP code (${code}) out of range`);
  if (type === -1 && code !== -1) throw invalidParameterValue(`ICMP code (${code}) is specified without a type`);
  return { fromPort: type, toPort: code };
};

/** AWS keeps a range in its canonical form, with the host's bits cleared. */
const readCidr = (text: string, family: "IPv4" | "IPv6"): string => {
  const cidr = canonicalCidr(text);
  if (cidr === undefined || familyOf(cidr) !== family) {
    throw invalidParameterValue(`CIDR block ${text.slice(0, 60)} is malformed`);
  }
  return cidr;
};

export const readDescription = (text: string | undefined): string | undefined => {
  if (text === undefined || text === "") return undefined;
  if (!/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text)) {
    throw invalidParameterValue(
      "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
    );
  }
  return text;
};

const readPermission = (permission: IpPermission): readonly RequestedRule[] => {
  const protocol = readProtocol(permission.IpProtocol);
  const ports = readPorts(protocol, permission.FromPort, permission.ToPort);
  const rules: RequestedRule[] = [];
  const add = (peer: RequestedPeer, description: string | undefined): void => {
    rules.push({ protocol, ...ports, peer, description: readDescription(description) });
  };
  for (const { CidrIp: cidr, Description: description } of permission.IpRanges ?? []) {
    if (cidr === undefined) throw missingParameter("cidrIp");
    add({ kind: "cidr", cidr: readCidr(cidr, "IPv4") }, description);
  }
  for (const { CidrIpv6: cidr, Description: description } of permission.Ipv6Ranges ?? []) {
    if (cidr === undefined) throw missingParameter("cidrIpv6");
    add({ kind: "cidr", cidr: readCidr(cidr, "IPv6") }, description);
  }
  for (const { PrefixListId: prefixListId, Description: description } of permission.PrefixListIds ?? []) {
    if (prefixListId === undefined) throw missingParameter("prefixListId");
    add({ kind: "prefix-list", prefixListId }, description);
  }
  for (const pair of permission.UserIdGroupPairs ?? []) {
    const group = { groupId: pair.GroupId, groupName: pair.GroupName, userId: pair.UserId, vpcId: pair.VpcId };
    if (!group.groupId && !group.groupName) throw missingParameter("groupId");
    add({ kind: "group", group }, pair.Description);
  }
  if (rules.length === 0) throw missingParameter("sources: a CIDR range or a security group");
  return rules;
};

const readFlat = (flat: FlatPermission): readonly RequestedRule[] => {
  if (flat.SourceSecurityGroupName !== undefined) {
    if (flat.CidrIp !== undefined) {
      throw invalidParameterCombination("A CIDR range and a source security group may not be given together.");
    }
    return readPermission({
      IpProtocol: flat.IpProtocol ?? "-1",
      FromPort: flat.FromPort,
      ToPort: flat.ToPort,
      UserIdGroupPairs: [{ GroupName: flat.SourceSecurityGroupName, UserId: flat.SourceSecurityGroupOwnerId }],
    });
  }
  return readPermission({
    IpProtocol: flat.IpProtocol,
    FromPort: flat.FromPort,
    ToPort: flat.ToPort,
    IpRanges: flat.CidrIp === undefined ? [] : [{ CidrIp: flat.CidrIp }],
  });
};

const isFlat = (flat: FlatPermission): boolean =>
  [flat.IpProtocol, flat.FromPort, flat.ToPort, flat.CidrIp, flat.SourceSecurityGroupName].some(
    (value) => value !== undefined,
  );

/** The rules that a request names in either way; empty where it names none. */
export const readPermissions = (
  permissions: readonly IpPermission[] | undefined,
  flat: FlatPermission,
): readonly RequestedRule[] => {
  if (!isFlat(flat)) return (permissions ?? []).flatMap(readPermission);
  if (permissions?.length) {
    throw invalidParameterCombination("The parameter ipPermissions may not be used with the older rule parameters.");
  }
  return readFlat(flat);
};

/** The block, the prefix list or the group. */
const nameOfPeer = (peer: RulePeer): string => {
  if (peer.kind === "cidr") return peer.cidr;
  return peer.kind === "prefix-list" ? peer.prefixListId : peer.groupId;
};

/** What makes two rules of one direction the same rule. */
export const ruleIdentity = (rule: {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: RulePeer;
}): string => [rule.protocol, rule.fromPort, rule.toPort, nameOfPeer(rule.peer)].join(" ");

/** As in the message of InvalidPermission.Duplicate. */
export const ruleInWords = (rule: Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort" | "peer">): string => {
  const ports =
    rule.protocol === "tcp" || rule.protocol === "udp"
      ? [`from port: ${rule.fromPort}`, `to port: ${rule.toPort}`]
      : [];
  const protocol = rule.protocol === "-1" ? "ALL" : rule.protocol.toUpperCase();
  return [`peer: ${nameOfPeer(rule.peer)}`, protocol, ...ports, "ALLOW"].join(", ");
};
