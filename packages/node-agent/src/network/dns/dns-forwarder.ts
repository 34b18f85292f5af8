import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { Clock } from "@fleetless/kernel";
import { DnsCache } from "./dns-cache.ts";
import { type DnsUpstream, exchangeDatagram, exchangeStream } from "./dns-exchange.ts";
import { type DnsQuestion, emptyAnswer, responseCode, responseCodeOf } from "./dns-message.ts";

export type { DnsUpstream } from "./dns-exchange.ts";

export interface DnsForwarderOptions {
  readonly upstreams: () => Promise<readonly DnsUpstream[]>;
  readonly clock: Clock;
  /** How long one upstream has for one try; default 2,000. */
  readonly tryMilliseconds?: number;
}

const rounds = 2;
const outstandingLimit = 512;
const outstandingLimitPerSource = 64;

/** The nameservers of this machine's own resolver, at most three as in resolv.conf(5). */
const systemUpstreams = async (): Promise<readonly DnsUpstream[]> => {
  const text = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
  return text
    .split("\n")
    .flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
    .filter((address) => isIP(address) !== 0)
    .slice(0, 3)
    .map((address) => ({ address, port: 53 }));
};

/** The same, read again after ten seconds, since a machine's resolvers change with its network. */
export const cachedUpstreams = (clock: Clock): (() => Promise<readonly DnsUpstream[]>) => {
  let readAt = Number.NEGATIVE_INFINITY;
  let upstreams: Promise<readonly DnsUpstream[]> = Promise.resolve([]);
  return () => {
    if (clock.now() - readAt > 10_000) {
      readAt = clock.now();
      upstreams = systemUpstreams();
    }
    return upstreams;
  };
};

/** Asks this machine's resolvers what a VPC does not know itself. Always answers, if only that it failed. */
export class DnsForwarder {
  readonly #options: DnsForwarderOptions;
  readonly #cache: DnsCache;
  readonly #outstanding = new Map<string, number>();
  readonly #closing = new AbortController();
  #total = 0;

  constructor(options: DnsForwarderOptions) {
    this.#options = options;
    this.#cache = new DnsCache(options.clock);
  }

  /** `source` is whoever asks, such as a VPC and an address: each may have a share of queries outstanding. */
  async forward(query: Buffer, question: DnsQuestion, protocol: "tcp" | "udp", source: string): Promise<Buffer> {
    const failure = emptyAnswer(query, question, responseCode.serverFailure);
    const cached = this.#cache.get(query, question);
    if (cached !== undefined) return cached;
    const mine = this.#outstanding.get(source) ?? 0;
    if (this.#total >= outstandingLimit || mine >= outstandingLimitPerSource) return failure;
    this.#total += 1;
    this.#outstanding.set(source, mine + 1);
    try {
      const answer = await this.#ask(query, question, protocol);
      if (answer === undefined) return failure;
      this.#cache.put(query, question, answer);
      const own = Buffer.from(answer);
      own.writeUInt16BE(question.id, 0);
      return own;
    } finally {
      this.#total -= 1;
      const left = (this.#outstanding.get(source) ?? 1) - 1;
      if (left === 0) this.#outstanding.delete(source);
      else this.#outstanding.set(source, left);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  async #ask(query: Buffer, question: DnsQuestion, protocol: "tcp" | "udp"): Promise<Buffer | undefined> {
    const exchange = protocol === "udp" ? exchangeDatagram : exchangeStream;
    let failed: Buffer | undefined;
    const upstreams = await this.#options.upstreams();
    for (let round = 0; round < rounds; round += 1) {
      for (const upstream of upstreams) {
        if (this.#closing.signal.aborted) return undefined;
        const answer = await this.#within((signal) => exchange(upstream, query, question, signal));
        if (answer === undefined) continue;
        if (responseCodeOf(answer) !== responseCode.serverFailure) return answer;
        failed = answer;
      }
      if (failed !== undefined) return failed;
    }
    return undefined;
  }

  async #within<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const timeout = new AbortController();
    const settled = new AbortController();
    const signal = AbortSignal.any([timeout.signal, this.#closing.signal]);
    this.#options.clock.sleep(this.#options.tryMilliseconds ?? 2_000, settled.signal).then(
      () => timeout.abort(),
      () => undefined,
    );
    try {
      return await work(signal);
    } finally {
      settled.abort();
    }
  }
}
