import { diffRouting, type IpFamily, type Routing } from "@fleetless/engine";
import { runCommand } from "../machine/run-command.ts";
import type { IpSession } from "./ip-session.ts";
import { familyFlags, routingDrift } from "./kernel-routing.ts";

/** Keeps the routes of one family of a VPC's namespace as they are wanted. */
export class RouteEnforcer {
  readonly #namespace: string;
  readonly #ip: IpSession;
  readonly #family: IpFamily;
  #enforced: Routing | undefined;

  constructor(namespace: string, ip: IpSession, family: IpFamily) {
    this.#family = family;
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
    else await this.#run(diffRouting(before, shared));
    this.#enforced = shared;
  }

  /** Answers whether anything had to be mended. */
  async mend(shared: Routing, own: () => Routing["routes"]): Promise<boolean> {
    const lines = await routingDrift(this.#namespace, shared, own, this.#family);
    await this.#run(lines);
    return lines.length > 0;
  }

  async #run(lines: readonly string[]): Promise<void> {
    if (this.#family === "ipv4") return this.#ip.run(lines);
    if (lines.length === 0) return;
    // A line cannot say by itself that a rule is one of IPv6.
    const input = lines.map((line) => `${line}\n`).join("");
    await runCommand("ip", ["-n", this.#namespace, familyFlags.ipv6, "-force", "-batch", "-"], { input });
  }
}
