import {
  addressAt,
  ipv6Gateway,
  ipv6ResolverAddress,
  parseBlock,
  parseIpv4Block,
  resolverAddress,
  taskEndpointAddress,
} from "@fleetless/engine";
import type { NetworkInterfaceSpec, VpcSpec } from "@fleetless/kernel";
import type { AttachedInterface } from "./contract.ts";
import { privateDomain } from "./dns/private-names.ts";
import type { InterfaceRecord } from "./interface-records.ts";
import { namespacePath } from "./names.ts";
import { setParameters } from "./namespace.ts";

/** For `ip -batch`, inside the task's namespace; each line bears being repeated. */
export const interfaceConfiguration = (
  record: Pick<InterfaceRecord, "networkInterface" | "linkLocalAddress">,
): string =>
  [
    "link set lo up",
    `link set eth0 address ${record.networkInterface.macAddress} addrgenmode none up`,
    ...ipv4Configuration(record.networkInterface),
    ...ipv6Configuration(record.networkInterface),
    ...linkLocalConfiguration(record.linkLocalAddress),
    "",
  ].join("\n");

const ipv4Configuration = ({ privateAddress, subnetCidr }: NetworkInterfaceSpec): readonly string[] =>
  privateAddress === undefined || subnetCidr === undefined
    ? []
    : [
        `addr replace ${privateAddress}/${parseIpv4Block(subnetCidr)?.prefixLength ?? 32} dev eth0`,
        `route replace default via ${addressAt(subnetCidr, 1)} dev eth0`,
      ];

/** Of IPv4 nothing but the endpoint of tasks, as a task of IPv6 alone has it with ECS. */
const linkLocalConfiguration = (address: string | undefined): readonly string[] =>
  address === undefined
    ? []
    : [
        `addr replace ${address}/32 scope link dev eth0`,
        `route replace ${taskEndpointAddress}/32 dev eth0 scope link src ${address}`,
      ];

/** Nobody else can have the address, and nobody is asked where the router is: it is told. */
const ipv6Configuration = ({ ipv6Address, ipv6SubnetCidr = "" }: NetworkInterfaceSpec): readonly string[] =>
  ipv6Address === undefined
    ? []
    : [
        `addr replace ${ipv6Address}/${parseBlock(ipv6SubnetCidr)?.prefixLength ?? 128} dev eth0 nodad noprefixroute`,
        `neigh replace ${ipv6Gateway.address} lladdr ${ipv6Gateway.mac} dev eth0 nud permanent`,
        `route replace ::/0 via ${ipv6Gateway.address} dev eth0`,
      ];

/** What a task must know of IPv6 routers it was told; whoever claims to be one is not believed. */
export const ignoreAdvertisements = async ({ networkInterface, namespace }: InterfaceRecord): Promise<void> => {
  if (networkInterface.ipv6Address === undefined) return;
  await setParameters(namespace, { "net.ipv6.conf.eth0.accept_ra": "0", "net.ipv6.conf.eth0.accept_redirects": "0" });
};

export const nameserversOf = (
  vpc: VpcSpec,
  { privateAddress }: Pick<NetworkInterfaceSpec, "privateAddress">,
): readonly string[] => {
  const resolver = privateAddress === undefined ? ipv6ResolverAddress : resolverAddress(vpc);
  return (vpc.dhcpOptions?.domainNameServers ?? ["AmazonProvidedDNS"]).map((server) =>
    server === "AmazonProvidedDNS" ? resolver : server,
  );
};

export const searchDomainsOf = (vpc: VpcSpec): readonly string[] =>
  vpc.dhcpOptions?.domainNames ?? [privateDomain(vpc.region)];

/** What a task's containers are told of their interface. */
export const describeInterface = (record: InterfaceRecord, vpc: VpcSpec): AttachedInterface => {
  const { networkInterface, linkLocalAddress } = record;
  const { subnetCidr } = networkInterface;
  return {
    networkNamespacePath: namespacePath(record.namespace),
    gatewayAddress: subnetCidr === undefined ? ipv6Gateway.address : addressAt(subnetCidr, 1),
    ...(linkLocalAddress === undefined ? {} : { linkLocalAddress }),
    nameservers: nameserversOf(vpc, networkInterface),
    searchDomains: searchDomainsOf(vpc),
  };
};
