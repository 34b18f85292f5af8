import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { NameService } from "./connector-protocol.ts";
import { nameCandidates } from "./name-candidates.ts";

const attemptMilliseconds = 2_000;
const attempts = 3;

/** A name that leads nowhere, in the words of Go's resolver. */
export class LookupError extends Error {
  override readonly name = "LookupError";
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "no such host",
  ENODATA: "no such host",
  ETIMEOUT: "i/o timeout",
  ECONNREFUSED: "connection refused",
};

/** The addresses of a host, those of IPv4 first, from the name servers alone. Throws LookupError. */
export const lookUpHost = async (
  host: string,
  { nameservers, searchDomains, ipv6Only = false }: NameService,
): Promise<readonly string[]> => {
  if (isIP(host) !== 0) return [host];
  const resolver = new Resolver({ timeout: attemptMilliseconds, tries: attempts });
  resolver.setServers(nameservers);
  let failure = "no such host";
  for (const name of nameCandidates(host, searchDomains)) {
    const answers = await Promise.allSettled([...(ipv6Only ? [] : [resolver.resolve4(name)]), resolver.resolve6(name)]);
    const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (found.length > 0) return found;
    const codes = answers.map((answer) => (answer.status === "rejected" ? codeOf(answer.reason) : "ENODATA"));
    const told = codes.map((code) => words[code] ?? "server misbehaving");
    failure = told.find((each) => each !== "no such host") ?? "no such host";
    if (failure !== "no such host") break;
  }
  throw new LookupError(`lookup ${host} on ${nameservers[0] ?? "no server"}:53: ${failure}`);
};
