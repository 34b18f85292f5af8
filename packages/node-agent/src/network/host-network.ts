import { writeFile } from "node:fs/promises";
import type { VpcId } from "@fleetless/kernel";
import { runCommand } from "../machine/run-command.ts";
import {
  defaultRouteInterfaces,
  enableForwarding,
  enableIpv6Forwarding,
  forwardIpv6OfUplink,
  withdrawForwarding,
} from "./host-forwarding.ts";
import { IpSession } from "./ip-session.ts";
import type { NetworkNames } from "./names.ts";
import { hostTableOfMetric, uplinkPrefix } from "./names.ts";
import { deleteInterfaces, listInterfaces, runIp } from "./namespace.ts";

/** Next hops of the unnumbered link between the machine and a VPC; each is known on its own link only. */
export const hostHop = { address: "169.254.171.1", ipv6Address: "fe80::ab:1", mac: "06:fe:00:00:00:01" } as const;
export const vpcHop = { address: "169.254.171.2", ipv6Address: "fe80::ab:2", mac: "06:fe:00:00:00:02" } as const;

const routesOf = async (
  selection: readonly string[],
  family: "-4" | "-6" = "-4",
): Promise<readonly { readonly destination: string; readonly metric: number }[]> => {
  const { stdout } = await runCommand("ip", [family, "-j", "route", "show", ...selection], { outputLimit: 64 << 20 });
  const routes: unknown = JSON.parse(stdout || "[]");
  if (!Array.isArray(routes)) return [];
  return routes.flatMap((route: unknown) => {
    if (typeof route !== "object" || route === null || !("dst" in route) || typeof route.dst !== "string") return [];
    const metric = "metric" in route && typeof route.metric === "number" ? route.metric : 0;
    return [{ destination: route.dst, metric }];
  });
};

/** By which the machine itself calls on tasks by IPv6, whatever addresses it has besides; nobody is asked for it. */
const hostIpv6Address = "fd00:f1ee:7:e55::1";

const withPrefix = (destination: string): string => (destination.includes("/") ? destination : `${destination}/32`);

/** Two instances that both lead one block somewhere would take each other's addresses. */
const refuseSharedBlock = async (names: NetworkNames, publicCidr: string): Promise<void> => {
  const tables = (await runCommand("nft", ["list", "tables"])).stdout.split("\n");
  for (const { destination, metric } of await routesOf(["type", "unreachable"])) {
    if (destination !== publicCidr || metric === names.routeMetric) continue;
    if (tables.includes(`table inet ${hostTableOfMetric(metric)}`)) {
      throw new Error(`The public addresses ${publicCidr} are another instance's; give this one a block of its own`);
    }
  }
};

export interface HostNetworkOptions {
  readonly names: NetworkNames;
  /** Public addresses of this instance's interfaces are of this block. */
  readonly publicCidr: string;
  /** Through which the world is reached; default: those of the default routes. */
  readonly externalInterfaces?: readonly string[];
}

/** What an instance needs of the machine's own namespace: a packet filter table, uplinks and routes. */
export class HostNetwork {
  readonly #options: HostNetworkOptions;
  #ipv6: Promise<void> | undefined;
  /** Runs `ip` commands in the machine's own namespace. */
  readonly ip = new IpSession();

  constructor(options: HostNetworkOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { names, publicCidr } = this.#options;
    await refuseSharedBlock(names, publicCidr);
    const external = this.#options.externalInterfaces ?? (await defaultRouteInterfaces());
    await Promise.all([
      ...external.map((name) => enableForwarding(name, names.hostTable)),
      runCommand("nft", ["-f", "-"], { input: this.#filter() }),
      // Addresses of the block that nobody has must not leave by the default route.
      runIp([`route replace unreachable ${publicCidr} metric ${names.routeMetric}`]),
    ]);
    this.ip.prepare();
  }

  /** Makes sure that the veth between the machine and the VPC's namespace is there and up. */
  async ensureUplink(vpc: VpcId, namespace: string, uplink: string, inside: readonly string[]): Promise<void> {
    const name = this.#options.names.hostUplink(vpc);
    const present = inside.includes(uplink);
    await runIp([
      ...(present ? [] : [`link add ${name} type veth peer name ${uplink} netns ${namespace}`]),
      `link set ${name} address ${hostHop.mac} addrgenmode none up`,
      `neigh replace ${vpcHop.address} lladdr ${vpcHop.mac} dev ${name} nud permanent`,
    ]);
    await writeFile(`/proc/sys/net/ipv4/conf/${name}/forwarding`, "1");
    await writeFile(`/proc/sys/net/ipv4/conf/${name}/send_redirects`, "0");
  }

  /** Somebody may have put it down, with which all goes that leads by it. */
  async mendUplink(vpc: VpcId, withIpv6: boolean): Promise<void> {
    const name = this.#options.names.hostUplink(vpc);
    const hops = [vpcHop.address, ...(withIpv6 ? [vpcHop.ipv6Address] : [])];
    await this.ip.run([
      `link set ${name} up`,
      ...(withIpv6 ? [`addr replace ${hostIpv6Address}/128 dev ${name} nodad`] : []),
      ...hops.map((hop) => `neigh replace ${hop} lladdr ${vpcHop.mac} dev ${name} nud permanent`),
    ]);
  }

  /** Lets IPv6 pass between the machine and the VPC. The first to have it makes the machine forward IPv6. */
  async openIpv6(vpc: VpcId): Promise<void> {
    const name = this.#options.names.hostUplink(vpc);
    this.#ipv6 ??= this.#forwardIpv6();
    await this.#ipv6;
    await writeFile(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, "0");
    await writeFile(`/proc/sys/net/ipv6/conf/${name}/accept_ra`, "0");
    await writeFile(`/proc/sys/net/ipv6/conf/${name}/accept_redirects`, "0");
    await forwardIpv6OfUplink(name);
    await this.ip.run([
      `addr replace ${hostIpv6Address}/128 dev ${name} nodad`,
      `neigh replace ${vpcHop.ipv6Address} lladdr ${vpcHop.mac} dev ${name} nud permanent`,
    ]);
  }

  async #forwardIpv6(): Promise<void> {
    const external = this.#options.externalInterfaces ?? (await defaultRouteInterfaces("-6"));
    await enableIpv6Forwarding(external, this.#options.names.hostTable);
  }

  /** The public addresses that lead to the VPC now, from an earlier run too, and blocks of IPv6. */
  async routedAddresses(vpc: VpcId, withIpv6: boolean): Promise<readonly string[]> {
    const name = this.#options.names.hostUplink(vpc);
    const ipv6 = withIpv6 ? await routesOf(["dev", name, "root", "fc00::/7"], "-6") : [];
    const led = [...(await routesOf(["dev", name])), ...ipv6].map((route) => route.destination);
    return led.filter((destination) => destination !== hostIpv6Address);
  }

  /** Leads public addresses and blocks of IPv6 to a VPC, or no longer. */
  routePublicAddresses(vpc: VpcId, added: readonly string[], removed: readonly string[]): Promise<void> {
    const name = this.#options.names.hostUplink(vpc);
    return this.ip.run([
      // An address may have moved to another VPC meanwhile; `replace` first makes removing it repeatable.
      ...removed.flatMap((address) => [
        this.#publicRoute(address, name),
        `route del ${withPrefix(address)} dev ${name} metric ${this.#metric(name)}`,
      ]),
      ...added.map((address) => this.#publicRoute(address, name)),
    ]);
  }

  #publicRoute(address: string, uplink: string): string {
    const hop = address.includes(":") ? vpcHop.ipv6Address : vpcHop.address;
    return `route replace ${withPrefix(address)} via ${hop} dev ${uplink} onlink metric ${this.#metric(uplink)}`;
  }

  /** Takes the agent's helpers down and leaves the kernel's state. */
  async close(): Promise<void> {
    await this.ip.close();
  }

  /** Of its own for each uplink, so that replacing one VPC's route never touches another's. */
  #metric(uplink: string): number {
    return 1024 + (Number.parseInt(uplink.slice(-6), 16) & 0xfffff);
  }

  #filter(): string {
    const { names, publicCidr } = this.#options;
    const uplinks = `"${names.hostUplinkPrefix}*"`;
    return `add table inet ${names.hostTable}
delete table inet ${names.hostTable}
table inet ${names.hostTable} {
  chain input {
    type filter hook input priority -10; policy accept;
    iifname ${uplinks} ct state { established, related } accept
    iifname ${uplinks} drop
  }
  chain from-vpcs {
    ip saddr != ${publicCidr} drop
    ip6 saddr != fd00::/8 drop
    ct state established accept
    ip6 daddr { ::/127, ::ffff:0:0/96, fe80::/10, ff00::/8 } drop
    ip daddr { 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4 } drop
  }
  chain forward {
    type filter hook forward priority -10; policy accept;
    iifname ${uplinks} jump from-vpcs
  }
  chain outbound {
    type nat hook postrouting priority 100; policy accept;
    iifname ${uplinks} oifname != "${uplinkPrefix}*" masquerade
  }
}
`;
  }
}

/** Removes all that this instance has in the machine's own namespace. */
export const purgeHostNetwork = async (names: NetworkNames): Promise<void> => {
  const uplinks = (await listInterfaces()).filter((name) => name.startsWith(names.hostUplinkPrefix));
  await deleteInterfaces(uplinks);
  const blocks = await routesOf(["type", "unreachable"]);
  await runIp(
    blocks
      .filter((route) => route.metric === names.routeMetric)
      .map((route) => `route del unreachable ${route.destination} metric ${names.routeMetric}`),
  );
  await runCommand("nft", ["-f", "-"], {
    input: `add table inet ${names.hostTable}\ndelete table inet ${names.hostTable}\n`,
  });
  await withdrawForwarding(names.hostTable);
};
