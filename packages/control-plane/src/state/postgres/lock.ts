/** The second numbers of a store's advisory locks. */
export const locks = {
  /** Held while the schema is brought up to date. */
  migration: 1,
  /** Held from before a document's version is checked until its change is visible. */
  documents: 2,
  /** The same for log events and audit records. */
  appends: 3,
  /** The first of the controllers' shards; a shard's own number is added. */
  leadership: 1_000,
} as const;
