/**
 * The contract of the store: typed documents in named collections, secondary indexes, transactions with
 * optimistic concurrency, and an ordered feed of changes. Each driver passes the same conformance suite.
 */

/** A kind of document. Keys sort bytewise; build them from parts joined by `/`, broadest first. */
export interface Collection<Document> {
  readonly name: string;
  /** By index name: the value or values under which a document is found, or undefined for none. */
  readonly indexes: Readonly<Record<string, (document: Document) => string | readonly string[] | undefined>>;
}

export const defineCollection = <Document>(
  name: string,
  indexes: Collection<Document>["indexes"] = {},
): Collection<Document> => ({ name, indexes });

export interface Stored<Document> {
  readonly key: string;
  readonly document: Document;
}

export interface ListOptions {
  /** Only documents that have this value in this index. */
  readonly index?: { readonly name: string; readonly value: string };
  /** Only keys that begin with this. */
  readonly prefix?: string;
  /** Only keys behind this one in the order asked for: the last key of the page before. */
  readonly after?: string;
  /** From the last key to the first. */
  readonly descending?: boolean;
  readonly limit?: number;
}

export interface ReadTransaction {
  get<Document>(collection: Collection<Document>, key: string): Promise<Document | undefined>;
  /** In order of keys, or against it. */
  list<Document>(collection: Collection<Document>, options?: ListOptions): Promise<readonly Stored<Document>[]>;
}

export interface Transaction extends ReadTransaction {
  /** Writes a document whether or not it was there. */
  put<Document>(collection: Collection<Document>, key: string, document: Document): void;
  /** Writes a document that must not be there yet; if it is, the transaction throws DocumentExistsError. */
  insert<Document>(collection: Collection<Document>, key: string, document: Document): void;
  delete<Document>(collection: Collection<Document>, key: string): void;
}

export interface Change {
  /** Rises by at least one with every change, in the order of commits. */
  readonly sequence: number;
  readonly collection: string;
  readonly key: string;
  readonly kind: "put" | "delete";
}

export interface Store {
  /** One consistent view for all reads of `work`. */
  read<Result>(work: (transaction: ReadTransaction) => Promise<Result>): Promise<Result>;
  /**
   * All writes of `work` or none, durable when the promise resolves. Writes are seen by later reads of the
   * same transaction. Where a document that was read has changed meanwhile, `work` runs again, so it must
   * have no effects of its own. A list does not guard against documents that appear later: guard with an
   * insert or with a document that both sides write.
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Changes behind a sequence number, oldest first. Throws FeedTruncatedError where they are no longer kept. */
  changes(after: number, limit: number): Promise<readonly Change[]>;
  /** The number of the newest change. */
  latestSequence(): Promise<number>;
  /** Calls `listener` after commits, at least once for each, possibly late: a wake-up, not the truth. */
  onCommit(listener: () => void): () => void;
  close(): Promise<void>;
}

export class DocumentExistsError extends Error {
  override readonly name = "DocumentExistsError";
}

/** The transaction met other writers too often to go on. */
export class TransactionConflictError extends Error {
  override readonly name = "TransactionConflictError";
}

export class FeedTruncatedError extends Error {
  override readonly name = "FeedTruncatedError";
}

export class StoreClosedError extends Error {
  override readonly name = "StoreClosedError";
}

/** The server that keeps the store stayed away for longer than a call can wait. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}
