import {
  addressAt,
  ipv6Gateway,
  ipv6ResolverAddress,
  linkLocalResolverAddress,
  localAddress,
  resolverAddress,
  taskEndpointAddress,
  uplinkInterface,
} from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import { hostHop, vpcHop } from "./host-network.ts";
import type { InterfaceRecord } from "./interface-records.ts";
import { localInterface } from "./local-interface.ts";

/** Of a VPC's namespace. Sources are checked by the packet filter, which knows more than a route. */
export const routerParameters: Readonly<Record<string, string>> = {
  "net.ipv4.ip_forward": "1",
  // Interfaces made later inherit these: neighbours of a subnet find each other through the router.
  "net.ipv4.conf.default.proxy_arp": "1",
  "net.ipv4.conf.all.rp_filter": "0",
  "net.ipv4.conf.default.rp_filter": "0",
  "net.ipv4.conf.all.send_redirects": "0",
  "net.ipv4.conf.default.send_redirects": "0",
};

/** Until the VPC has a block of IPv6. What is written where it has one takes addresses and routes in use away. */
export const withoutIpv6Parameters: Readonly<Record<string, string>> = {
  "net.ipv6.conf.all.disable_ipv6": "1",
  "net.ipv6.conf.default.disable_ipv6": "1",
};

/** In place of those above where the VPC has IPv6 blocks. No router but this one is on any of its links. */
export const ipv6RouterParameters: Readonly<Record<string, string>> = {
  "net.ipv6.conf.default.disable_ipv6": "0",
  "net.ipv6.conf.all.disable_ipv6": "0",
  "net.ipv6.conf.all.forwarding": "1",
  "net.ipv6.conf.default.accept_ra": "0",
  "net.ipv6.conf.all.accept_redirects": "0",
  "net.ipv6.conf.default.accept_redirects": "0",
};

/**
 * How long, in seconds, connections are remembered that are over or never came about: no longer than they are of
 * use, since a task may make as many of them as its allowance per second lets it. Those in use keep their time.
 */
export const trackingParameters: Readonly<Record<string, string>> = {
  "net.netfilter.nf_conntrack_tcp_timeout_time_wait": "10",
  "net.netfilter.nf_conntrack_tcp_timeout_syn_sent": "30",
  "net.netfilter.nf_conntrack_tcp_timeout_syn_recv": "30",
  "net.netfilter.nf_conntrack_generic_timeout": "60",
  // What was forgotten since its rule is gone must not come back as a new connection of the other side.
  "net.netfilter.nf_conntrack_tcp_loose": "0",
};

/** The lines for `ip -batch` that make a task's end inside the VPC's namespace lead to it. */
export const portLines = (record: InterfaceRecord): readonly string[] => {
  const { ipv6Address, macAddress } = record.networkInterface;
  const address = localAddress(localInterface(record), "ipv4");
  return [
    // First, since what is known of neighbours goes with it.
    ...(ipv6Address === undefined ? [] : [`link set ${record.port} address ${ipv6Gateway.mac}`]),
    `link set ${record.port} addrgenmode none up`,
    // Answer for neighbours at once; there is no default of a namespace's own to inherit this from.
    `ntable change name arp_cache dev ${record.port} proxy_delay 0`,
    ...(address === undefined
      ? []
      : [
          `route replace ${address}/32 dev ${record.port}`,
          `neigh replace ${address} lladdr ${macAddress} dev ${record.port} nud permanent`,
        ]),
    ...ipv6PortLines(record),
  ];
};

/** A task asks for its router alone: its other neighbours are behind it. */
const ipv6PortLines = ({ port, networkInterface: { ipv6Address, macAddress } }: InterfaceRecord): readonly string[] =>
  ipv6Address === undefined
    ? []
    : [
        `addr replace ${ipv6Gateway.address}/128 dev ${port} nodad noprefixroute`,
        `route replace ${ipv6Address}/128 dev ${port}`,
        `neigh replace ${ipv6Address} lladdr ${macAddress} dev ${port} nud permanent`,
      ];

/** What the router itself answers at: the gateway of each subnet, the resolver, the tasks' endpoints. */
export const routerAddresses = (vpc: VpcSpec): readonly string[] => {
  const gateways = vpc.subnets.flatMap(({ cidr }) => (cidr === undefined ? [] : [addressAt(cidr, 1)]));
  return [...new Set([...gateways, resolverAddress(vpc), linkLocalResolverAddress, taskEndpointAddress])];
};

/** The lines that give the router these addresses in place of those; what has to go may be gone already. */
export const readdressingLines = (before: readonly string[], wanted: readonly string[]): readonly string[] => [
  ...wanted.filter((address) => !before.includes(address)).map((address) => `addr replace ${address}/32 dev lo`),
  ...before
    .filter((address) => !wanted.includes(address))
    .flatMap((address) => ["replace", "del"].map((verb) => `addr ${verb} ${address}/32 dev lo`)),
];

/** The lines that wire a VPC's namespace to the machine and give its router addresses. */
export const wiringLines = (addresses: readonly string[]): readonly string[] => [
  "link set lo up",
  ...addresses.map((address) => `addr replace ${address}/32 dev lo`),
  `link set ${uplinkInterface} address ${vpcHop.mac} addrgenmode none up`,
  `neigh replace ${hostHop.address} lladdr ${hostHop.mac} dev ${uplinkInterface} nud permanent`,
];

/** In addition where the VPC has IPv6 blocks. */
export const ipv6WiringLines: readonly string[] = [
  `addr replace ${ipv6ResolverAddress}/128 dev lo nodad`,
  `neigh replace ${hostHop.ipv6Address} lladdr ${hostHop.mac} dev ${uplinkInterface} nud permanent`,
];
