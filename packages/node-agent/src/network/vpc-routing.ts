import {
  compileRoutes,
  type IpFamily,
  interfaceRoutes,
  type LocalInterface,
  type Routing,
  uplinkInterface,
} from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import { hostHop } from "./host-network.ts";
import type { IpSession } from "./ip-session.ts";
import { type PeeringDevices, peeringHop } from "./peering-links.ts";
import { RouteEnforcer } from "./route-enforcer.ts";

const hostHops: Readonly<Record<IpFamily, string>> = { ipv4: hostHop.address, ipv6: hostHop.ipv6Address };

/** How a VPC's namespace routes, by each family that the VPC has had a block of. */
export class VpcRouting {
  readonly #namespace: string;
  readonly #ip: IpSession;
  readonly #locals: () => readonly LocalInterface[];
  readonly #enforcers = new Map<IpFamily, RouteEnforcer>();
  #wanted: ReadonlyMap<IpFamily, Routing> = new Map();

  /** `locals` answers the interfaces that are here when it is asked. */
  constructor(namespace: string, ip: IpSession, locals: () => readonly LocalInterface[]) {
    this.#namespace = namespace;
    this.#ip = ip;
    this.#locals = locals;
  }

  /** What the next `enforce` brings about. */
  want(vpc: VpcSpec, devices: PeeringDevices): void {
    if (!this.#enforcers.has("ipv4")) this.#open("ipv4");
    if (!this.#enforcers.has("ipv6") && vpc.ipv6Cidrs.length > 0) this.#open("ipv6");
    const compile = (family: IpFamily): Routing => {
      const nextHop = peeringHop[family];
      const peerings = [...devices].map(([id, device]) => [id, { device, nextHop }] as const);
      const uplink = { device: uplinkInterface, nextHop: hostHops[family] };
      return compileRoutes(vpc, { uplink, peerings: new Map(peerings) }, family);
    };
    this.#wanted = new Map([...this.#enforcers.keys()].map((family) => [family, compile(family)]));
  }

  async enforce(): Promise<void> {
    await Promise.all(
      [...this.#wanted].map(([family, routing]) =>
        this.#enforcers.get(family)?.enforce(routing, () => this.#ownRoutes(family)),
      ),
    );
  }

  /** Answers whether anything had to be mended. */
  async mend(): Promise<boolean> {
    let mended = false;
    for (const [family, routing] of this.#wanted) {
      const changed = await this.#enforcers.get(family)?.mend(routing, () => this.#ownRoutes(family));
      mended ||= changed === true;
    }
    return mended;
  }

  #open(family: IpFamily): void {
    this.#enforcers.set(family, new RouteEnforcer(this.#namespace, this.#ip, family));
  }

  #ownRoutes(family: IpFamily): Routing["routes"] {
    return this.#locals().flatMap((local) => interfaceRoutes(local, family));
  }
}
