import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { AuditRecords } from "../state/append/audit-records.ts";

/**
 * Each stored record ends with a digest over itself and the digest before it, made with a key that is not in the
 * store: a record that was changed, left out or put in later does not fit the ones behind it.
 */
const member = ',"digest":"';
const digestLength = 64;
const suffixLength = member.length + digestLength + 2;
const before = "0".repeat(digestLength);

/** Adds the digests to records, JSON objects as text, that follow on `head`. */
export const chain = (key: Buffer, head: string | undefined, texts: readonly string[]): readonly string[] => {
  let digest = head ?? before;
  const secret = createSecretKey(key);
  return texts.map((text) => {
    digest = digestOf(secret, digest, text);
    return `${text.slice(0, -1)}${member}${digest}"}`;
  });
};

const digestOf = (key: KeyObject, previous: string, text: string): string =>
  createHmac("sha256", key).update(previous).update(text).digest("hex");

/** A stored record and its digest, taken apart; no digest where the record has none. */
export const unchain = (body: string): { readonly text: string; readonly digest: string | undefined } => {
  const at = body.length - suffixLength;
  const digest = body.slice(at + member.length, -2);
  return body.startsWith(member, at) && /^[0-9a-f]{64}$/.test(digest)
    ? { text: `${body.slice(0, at)}}`, digest }
    : { text: body, digest: undefined };
};

/** The digest that the next record follows on; undefined before the first. */
export const headOf = (newest: string | undefined): string | undefined =>
  newest === undefined ? undefined : unchain(newest).digest;

export interface ChainVerification {
  readonly records: number;
  /** Of the newest record: keep it elsewhere, and a trail cut short shows too. */
  readonly head: string | undefined;
  /** The first record that does not follow on the one before it, by its sequence number. */
  readonly brokenAt: number | undefined;
}

const pageSize = 1_000;

/** Follows the chain from the oldest record that is kept; retention removes what was before it. */
export const verifyChain = async (records: AuditRecords, key: Buffer): Promise<ChainVerification> => {
  const secret = createSecretKey(key);
  let head: string | undefined;
  let count = 0;
  let after = 0;
  for (;;) {
    const page = await records.readForward({ after, limit: pageSize });
    for (const { sequence, body } of page) {
      const { text, digest } = unchain(body);
      const follows = count === 0 || (digest !== undefined && same(digest, digestOf(secret, head ?? before, text)));
      if (!follows) return { records: count, head, brokenAt: sequence };
      head = digest;
      count += 1;
      after = sequence;
    }
    if (page.length < pageSize) return { records: count, head, brokenAt: undefined };
  }
};

const same = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other));
