import { diffRouting, type Routing } from "@fleetless/engine";
import type { IpSession } from "./ip-session.ts";
import { routingDrift } from "./kernel-routing.ts";

/** Keeps the routes of a VPC's namespace as they are wanted. */
export class RouteEnforcer {
  readonly #namespace: string;
  readonly #ip: IpSession;
  #enforced: Routing | undefined;

  constructor(namespace: string, ip: IpSession) {
    this.#namespace = namespace;
    this.#ip = ip;
  }

  /**
   * Makes the namespace route as `shared` says. Where nothing is known of what it does, it is asked, and what is
   * there beyond `shared` and `own`, the ways to interfaces, goes.
   */
  async enforce(shared: Routing, own: () => Routing["routes"]): Promise<void> {
    const before = this.#enforced;
    if (before === shared) return;
    this.#enforced = undefined;
    if (before === undefined) await this.mend(shared, own);
    else await this.#ip.run(diffRouting(before, shared));
    this.#enforced = shared;
  }

  /** Answers whether anything had to be mended. */
  async mend(shared: Routing, own: () => Routing["routes"]): Promise<boolean> {
    const lines = await routingDrift(this.#namespace, shared, own);
    await this.#ip.run(lines);
    return lines.length > 0;
  }
}
