import { lookup } from "node:dns/promises";
import { isIPv4 } from "node:net";
import type { Clock } from "@fleetless/kernel";

const keptMilliseconds = 60_000;
const mostKept = 1_000;
/** A name that takes longer counts as unknown: a launch does not wait for it. */
const answerMilliseconds = 1_000;

/** IPv4 addresses of the world's hosts, each asked for once a minute at most; undefined where none is known. */
export class HostAddresses {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly until: number; readonly address: Promise<string | undefined> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async find(host: string): Promise<string | undefined> {
    if (isIPv4(host)) return host;
    const now = this.#clock.now();
    const known = this.#known.get(host);
    if (known !== undefined && known.until > now) return await known.address;
    if (this.#known.size >= mostKept) this.#known.clear();
    const address = this.#ask(host);
    this.#known.set(host, { until: now + keptMilliseconds, address });
    return await address;
  }

  async #ask(host: string): Promise<string | undefined> {
    const given = new AbortController();
    const late = this.#clock.sleep(answerMilliseconds, given.signal).catch(() => undefined);
    const asked = lookup(host, { family: 4 }).then(
      ({ address }) => address,
      () => undefined,
    );
    const address = await Promise.race([asked, late.then(() => undefined)]);
    given.abort();
    return address;
  }
}
