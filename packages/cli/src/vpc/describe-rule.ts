import type { IpPermission, NetworkAclEntry, Route } from "@aws-sdk/client-ec2";

const protocolNames: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6" };

const trafficText = (protocol: string | undefined, from: number | undefined, to: number | undefined): string => {
  if (protocol === undefined || protocol === "-1") return "all";
  const name = protocolNames[protocol] ?? protocol;
  if (from === undefined || from === -1 || (from === 0 && to === 65_535)) return name;
  if (name.startsWith("icmp")) return `${name} type ${from}${to === undefined || to === -1 ? "" : ` code ${to}`}`;
  return `${name} ${from === to || to === undefined ? from : `${from}-${to}`}`;
};

/** `tcp 80 0.0.0.0/0`, one for each permission; `own` is the group itself. */
export const permissionText = (permission: IpPermission, own: string): string => {
  const peers = [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => (GroupId === own ? "itself" : GroupId)),
  ];
  return `${trafficText(permission.IpProtocol, permission.FromPort, permission.ToPort)} ${peers.join(", ")}`;
};

const lastRule = 32_767;

/** `100 allow tcp 80 0.0.0.0/0`; the rule that ends every network ACL is `* deny …`. */
export const aclEntryText = (entry: NetworkAclEntry): string => {
  const { From, To } =
    entry.IcmpTypeCode === undefined
      ? { From: entry.PortRange?.From, To: entry.PortRange?.To }
      : { From: entry.IcmpTypeCode.Type, To: entry.IcmpTypeCode.Code };
  const number = entry.RuleNumber === lastRule ? "*" : String(entry.RuleNumber ?? "");
  const block = entry.CidrBlock ?? entry.Ipv6CidrBlock ?? "";
  return `${number} ${entry.RuleAction ?? ""} ${trafficText(entry.Protocol, From, To)} ${block}`;
};

/** `0.0.0.0/0 → igw-…`, and whether it leads nowhere. */
export const routeText = (route: Route): string => {
  const destination = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
  const target =
    route.GatewayId ??
    route.NatGatewayId ??
    route.EgressOnlyInternetGatewayId ??
    route.VpcPeeringConnectionId ??
    route.NetworkInterfaceId ??
    "nowhere";
  return `${destination ?? ""} → ${target}${route.State === "blackhole" ? " (blackhole)" : ""}`;
};
