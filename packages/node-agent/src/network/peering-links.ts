import type { VpcId, VpcSpec } from "@fleetless/kernel";
import type { IpSession } from "./ip-session.ts";
import { isDeviceOfPeering, type NetworkNames, newPeeringDevice } from "./names.ts";
import { deleteInterfaces } from "./namespace.ts";

/** Who answers on the link between two VPCs, on either side. */
export const peeringHop = { ipv4: "169.254.171.3", ipv6: "fe80::ab:3" } as const;
const hardwareAddresses = ["06:fe:00:00:00:03", "06:fe:00:00:00:04"] as const;

/** The devices that lead out of one VPC to its peers, by the peering's id. */
export type PeeringDevices = ReadonlyMap<string, string>;

/** What of a VPC's router is told of its peerings. */
export interface PeeredRouter {
  readonly vpc: VpcSpec;
  readonly namespace: string;
  /** Resolves when nothing is led to a device that is not named. */
  setPeeringDevices(devices: PeeringDevices): Promise<void>;
}

interface WantedLink {
  readonly id: string;
  readonly ends: readonly [VpcId, VpcId];
}

interface Link extends WantedLink {
  readonly device: string;
}

const linksWanted = (routers: readonly PeeredRouter[]): readonly WantedLink[] => {
  const present = new Map(routers.map(({ vpc }) => [vpc.id, vpc]));
  return routers.flatMap(({ vpc }) =>
    vpc.peerings.flatMap(({ id, peerVpcId }): readonly WantedLink[] => {
      const isMutual = present.get(peerVpcId)?.peerings.some((other) => other.id === id) ?? false;
      // Each is told of by both VPCs and wanted once.
      return isMutual && vpc.id < peerVpcId ? [{ id, ends: [vpc.id, peerVpcId] }] : [];
    }),
  );
};

/** A veth between the namespaces of two VPCs for each peering of which both are on this machine. */
export class PeeringLinks {
  readonly #names: NetworkNames;
  readonly #ip: IpSession;
  /** Devices in each VPC's namespace. */
  readonly #devices = new Map<VpcId, Set<string>>();

  constructor(names: NetworkNames, ip: IpSession) {
    this.#names = names;
    this.#ip = ip;
  }

  /** Takes note of what is in a VPC's namespace from an earlier run. */
  adopt(vpc: VpcId, devices: readonly string[]): void {
    if (devices.length > 0) this.#devices.set(vpc, new Set(devices));
  }

  /** Makes the links that these VPCs want, and removes those that they do not want any more. */
  async reconcile(routers: readonly PeeredRouter[]): Promise<void> {
    const wanted = linksWanted(routers);
    const known = new Set(routers.map(({ vpc }) => vpc.id));
    for (const id of this.#devices.keys()) if (!known.has(id)) this.#devices.delete(id);
    if (wanted.length === 0 && this.#devices.size === 0) return;
    const present = wanted.flatMap((link) => this.#find(link) ?? []);
    const missing = wanted
      .filter(({ id }) => !present.some((link) => link.id === id))
      .map((link): Link => ({ ...link, device: newPeeringDevice(link.id) }));
    await this.#tell(routers, present);
    for (const { vpc, namespace } of routers) await this.#removeStrays(vpc.id, namespace, present);
    if (missing.length === 0) return;
    await this.#ip.run(missing.flatMap((link) => this.#linesFor(link)));
    for (const link of missing) for (const end of link.ends) this.#remember(end, link.device);
    await this.#tell(routers, [...present, ...missing]);
  }

  /** The link as it is; one end without the other is none. */
  #find(link: WantedLink): Link | undefined {
    const [one, other] = link.ends.map((end) => this.#devices.get(end));
    const device = [...(one ?? [])].find((name) => isDeviceOfPeering(name, link.id) && other?.has(name));
    return device === undefined ? undefined : { ...link, device };
  }

  async #tell(routers: readonly PeeredRouter[], links: readonly Link[]): Promise<void> {
    await Promise.all(
      routers.map((router) => {
        const own = links.filter((link) => link.ends.includes(router.vpc.id));
        return router.setPeeringDevices(new Map(own.map(({ id, device }) => [id, device])));
      }),
    );
  }

  async #removeStrays(vpc: VpcId, namespace: string, present: readonly Link[]): Promise<void> {
    const kept = present.filter((link) => link.ends.includes(vpc));
    const devices = this.#devices.get(vpc) ?? new Set<string>();
    const strays = [...devices].filter((device) => !kept.some((link) => link.device === device));
    await deleteInterfaces(strays, namespace);
    for (const device of strays) devices.delete(device);
    if (devices.size === 0) this.#devices.delete(vpc);
  }

  #remember(vpc: VpcId, device: string): void {
    this.#devices.set(vpc, (this.#devices.get(vpc) ?? new Set()).add(device));
  }

  #linesFor({ device, ends }: Link): readonly string[] {
    const [one, other] = ends.map((end) => this.#names.vpcNamespace(end));
    return [`link add ${device} netns ${one} type veth peer name ${device} netns ${other}`];
  }
}

/** The devices of a VPC's peerings among those that an earlier run left in its namespace. */
export const peeringDevicesAmong = (names: readonly string[], vpc: VpcSpec): PeeringDevices =>
  new Map(
    vpc.peerings.flatMap(({ id }) => {
      const device = names.find((name) => isDeviceOfPeering(name, id));
      return device === undefined ? [] : [[id, device] as const];
    }),
  );

/** The lines that bring a VPC's end of a link up; which of the two ends it is decides its hardware address. */
export const peeringLines = (vpc: VpcSpec, devices: PeeringDevices): readonly string[] =>
  vpc.peerings.flatMap(({ id, peerVpcId }) => {
    const device = devices.get(id);
    if (device === undefined) return [];
    const [near, far] = vpc.id < peerVpcId ? hardwareAddresses : [...hardwareAddresses].reverse();
    return [
      `link set ${device} address ${near} addrgenmode none up`,
      `neigh replace ${peeringHop.ipv4} lladdr ${far} dev ${device} nud permanent`,
      ...(vpc.ipv6Cidrs.length === 0
        ? []
        : [`neigh replace ${peeringHop.ipv6} lladdr ${far} dev ${device} nud permanent`]),
    ];
  });
