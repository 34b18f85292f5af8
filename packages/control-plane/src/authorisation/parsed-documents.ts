import { type PolicyKind, parsePolicy } from "./parse-policy.ts";
import type { Policy } from "./policy-document.ts";

const cachedDocuments = 4_096;

/** Documents that come with a call or a resource, parsed once. */
export class ParsedDocuments {
  readonly #parsed = new Map<string, Policy>();

  get(document: string, kind: PolicyKind): Policy {
    const key = `${kind}\0${document}`;
    const known = this.#parsed.get(key);
    if (known !== undefined) return known;
    const policy = parsePolicy(document, kind);
    if (this.#parsed.size >= cachedDocuments) this.#parsed.clear();
    this.#parsed.set(key, policy);
    return policy;
  }
}
