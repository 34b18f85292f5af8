import { answerFromZones, canonicalLabel, type Zone } from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import { type Answer, decode } from "dns-packet";
import { AnswerCache } from "./answer-cache.ts";
import type { DnsForwarder } from "./dns-forwarder.ts";
import {
  buildQuery,
  type DnsQuestion,
  emptyAnswer,
  isTruncated,
  readQuestion,
  responseCode,
  responseCodeOf,
} from "./dns-message.ts";
import { answerOf, encodeAnswer, type ResolvedAnswer } from "./encode-answer.ts";
import type { HostedZones } from "./hosted-zones.ts";
import { answerEndpointName, answerPrivateName, type PrivateAnswer, privateDomain } from "./private-names.ts";
import { typeAny, typeName } from "./record-types.ts";

export interface VpcResolverOptions {
  readonly vpc: () => VpcSpec;
  readonly zones: HostedZones;
  readonly forwarder: DnsForwarder;
}

interface LocalAnswer extends ResolvedAnswer {
  /** The same question may be answered otherwise while nothing changes. */
  readonly varies: boolean;
  /** Where the chain goes on; what is found there belongs to `owner`. */
  readonly further?: { readonly name: string; readonly owner: string };
}

type Asker = { readonly protocol: "tcp" | "udp"; readonly source: string };

const classInternet = 1;
const typeA = 1;
const privateSeconds = 60;
const longestChain = 12;

/** A name as it was asked, in the one spelling that zones have. */
const canonicalQuestion = (name: string): string =>
  name === "" ? "." : `${name.split(".").map(canonicalLabel).join(".")}.`;

const negative = (authority: Answer | undefined, exists: boolean, varies = false): LocalAnswer => ({
  answers: [],
  authorities: authority === undefined ? [] : [authority],
  exists,
  authoritative: true,
  varies,
});

/** How long a resolver may remember that there is nothing: RFC 2308 section 5. */
const authorityOf = (zone: Zone): Answer | undefined => {
  const soa = zone.at(zone.name).find(({ type }) => type === "SOA");
  if (soa?.target.kind !== "records") return undefined;
  const { values, timeToLive } = soa.target;
  const answer = answerOf({ name: zone.name, type: "SOA", timeToLive, value: values[0] ?? "" });
  return answer?.type === "SOA"
    ? { ...answer, ttl: Math.min(timeToLive, answer.data.minimum ?? timeToLive) }
    : undefined;
};

const privateAuthority = (domain: string): Answer => ({
  type: "SOA",
  name: domain,
  ttl: privateSeconds,
  data: {
    mname: `ns.${domain}`,
    rname: `hostmaster.${domain}`,
    serial: 1,
    refresh: 3_600,
    retry: 900,
    expire: 604_800,
    minimum: privateSeconds,
  },
});

/** The resolver of one VPC: names of the VPC and its hosted zones itself, everything else through the forwarder. */
export class VpcResolver {
  readonly #options: VpcResolverOptions;
  readonly #cache = new AnswerCache();
  #vpc: VpcSpec | undefined;
  #vpcVersion = 0;

  constructor(options: VpcResolverOptions) {
    this.#options = options;
  }

  /** At once where the answer is known here; undefined where the VPC has no DNS support, so that nobody answers. */
  answer(query: Buffer, question: DnsQuestion, asker: Asker): Buffer | Promise<Buffer> | undefined {
    const vpc = this.#options.vpc();
    if (!vpc.dnsSupport) return undefined;
    if (vpc !== this.#vpc) {
      this.#vpc = vpc;
      this.#vpcVersion += 1;
    }
    const kept = this.#cache.get(query, question, `${this.#vpcVersion} ${this.#options.zones.version}`);
    if (kept !== undefined) return kept;
    const source = `${vpc.id} ${asker.source}`;
    const forward = () => this.#options.forwarder.forward(query, question, asker.protocol, source);
    if (question.class !== classInternet) return forward();
    const local = this.#local(vpc, canonicalQuestion(question.name), question.type);
    if (local === undefined) return forward();
    if (local.further !== undefined) return this.#chase(vpc, query, question, local, { ...asker, source });
    const answer = encodeAnswer(query, question, local);
    if (!local.varies) this.#cache.put(query, question, answer);
    return answer;
  }

  /** Whether the VPC or a zone of its own has the name, so that another VPC may know another host by it. */
  knows(name: string): boolean {
    return this.#local(this.#options.vpc(), canonicalQuestion(name), typeA) !== undefined;
  }

  /** Undefined where neither the VPC nor a zone has the name. */
  #local(vpc: VpcSpec, name: string, type: number): LocalAnswer | undefined {
    const endpoint = answerEndpointName(vpc, name);
    if (endpoint !== undefined) return this.#private(vpc, name, type, endpoint);
    // As on AWS, hosted zones need both of the VPC's DNS attributes.
    const zone = vpc.dnsHostnames ? this.#options.zones.zoneOf(vpc.id, name) : undefined;
    const own = `${privateDomain(vpc.region)}.`;
    const isOwn = name === own || name.endsWith(`.${own}`);
    if (zone !== undefined && !(isOwn && zone.name.length < own.length)) return this.#fromZones(vpc, zone, name, type);
    const answer = answerPrivateName(vpc, name);
    return answer === undefined ? undefined : this.#private(vpc, name, type, answer);
  }

  #fromZones(vpc: VpcSpec, zone: Zone, name: string, type: number): LocalAnswer | undefined {
    const { zones } = this.#options;
    const asked = type === typeAny ? (zone.at(name)[0]?.type ?? "A") : typeName(type);
    const found = answerFromZones(
      {
        zoneOf: (each) => zones.zoneOf(vpc.id, each),
        isHealthy: (id) => zones.isHealthy(id),
        random: Math.random,
      },
      name,
      asked,
    );
    if (found === undefined) return undefined;
    return {
      answers: found.records.flatMap((record) => answerOf(record) ?? []),
      authorities: found.negativeZone === undefined ? [] : [authorityOf(found.negativeZone) ?? []].flat(),
      exists: found.exists,
      authoritative: found.further === undefined,
      varies: found.varies,
      ...(found.further === undefined ? {} : { further: found.further }),
    };
  }

  #private(vpc: VpcSpec, name: string, type: number, answer: PrivateAnswer): LocalAnswer {
    const authority = privateAuthority(privateDomain(vpc.region));
    if (answer.kind === "unknown-name") return negative(authority, false);
    const owner = { name: name.replace(/\.$/, ""), ttl: privateSeconds, class: "IN" } as const;
    const answers: Answer[] =
      answer.kind === "addresses"
        ? answer.addresses.map((data) => ({ ...owner, type: "A", data }))
        : [{ ...owner, type: "PTR", data: answer.name }];
    const wanted = type === typeAny || answers[0]?.type === typeName(type);
    return wanted
      ? { answers, authorities: [], exists: true, authoritative: true, varies: false }
      : negative(authority, true);
  }

  /** Follows a chain that leaves the hosted zones. */
  async #chase(vpc: VpcSpec, query: Buffer, question: DnsQuestion, first: LocalAnswer, asker: Asker): Promise<Buffer> {
    const answers = [...first.answers];
    let authorities: readonly Answer[] = [];
    let exists = true;
    let next = first.further;
    for (let step = 0; next !== undefined && step < longestChain; step += 1) {
      const { name, owner } = next;
      const found: LocalAnswer | undefined =
        this.#local(vpc, name, question.type) ?? (await this.#elsewhere(name, question.type, asker));
      if (found === undefined) return emptyAnswer(query, question, responseCode.serverFailure);
      // An alias answers with what it leads to under its own name.
      const belongs =
        owner === name
          ? found.answers
          : found.answers
              .filter((each) => each.type === typeName(question.type))
              .map((each) => ({ ...each, name: owner.replace(/\.$/, "") }));
      answers.push(...belongs);
      authorities = found.authorities;
      exists = found.exists;
      next = found.further === undefined || owner === name ? found.further : { name: found.further.name, owner };
    }
    return encodeAnswer(query, question, { answers, authorities, exists, authoritative: false });
  }

  /** Undefined where the forwarder gets no answer that can be read. */
  async #elsewhere(name: string, type: number, asker: Asker): Promise<LocalAnswer | undefined> {
    const query = buildQuery(name, type);
    const question = readQuestion(query);
    if (question === undefined) return undefined;
    const { forwarder } = this.#options;
    const first = await forwarder.forward(query, question, asker.protocol, asker.source);
    const message = isTruncated(first) ? await forwarder.forward(query, question, "tcp", asker.source) : first;
    const code = responseCodeOf(message);
    if (code !== responseCode.noError && code !== responseCode.nameError) return undefined;
    try {
      const { answers = [], authorities = [] } = decode(message);
      return { answers, authorities, exists: code === responseCode.noError, authoritative: false, varies: true };
    } catch {
      return undefined;
    }
  }
}
