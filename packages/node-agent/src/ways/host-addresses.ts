import type { IpFamily } from "@fleetless/engine";
import type { Clock, VpcSpec } from "@fleetless/kernel";
import type { HostInVpc } from "../network/dns/host-in-vpc.ts";

const keptMilliseconds = 60_000;
const mostKept = 1_000;
/** A name that takes longer counts as unknown: a launch does not wait for it. */
const answerMilliseconds = 1_000;

/** Answers what a host is to a VPC's tasks. */
export type FindHost = (vpc: VpcSpec, host: string, family: IpFamily) => Promise<HostInVpc>;

const unknown: HostInVpc = { address: undefined, isOwn: false };

/** What VPCs' resolvers know of hosts; the world's are asked for once a minute at most. */
export class HostAddresses {
  readonly #clock: Clock;
  readonly #findHost: FindHost;
  readonly #known = new Map<string, { readonly until: number; readonly found: HostInVpc }>();

  constructor(clock: Clock, findHost: FindHost) {
    this.#clock = clock;
    this.#findHost = findHost;
  }

  async find(vpc: VpcSpec, host: string, family: IpFamily): Promise<HostInVpc> {
    const key = `${vpc.id} ${family} ${host}`;
    const now = this.#clock.now();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.found;
    const found = await this.#ask(vpc, host, family);
    if (this.#known.size >= mostKept) this.#known.clear();
    // What is the VPC's own is known at once, and may change at any time.
    if (found.isOwn) this.#known.delete(key);
    else this.#known.set(key, { until: now + keptMilliseconds, found });
    return found;
  }

  async #ask(vpc: VpcSpec, host: string, family: IpFamily): Promise<HostInVpc> {
    const given = new AbortController();
    const late = this.#clock.sleep(answerMilliseconds, given.signal).catch(() => undefined);
    const asked = this.#findHost(vpc, host, family).catch(() => unknown);
    const found = await Promise.race([asked, late.then(() => unknown)]);
    given.abort();
    return found;
  }
}
