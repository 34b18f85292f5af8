import type { Collection, ListOptions } from "./store.ts";

/** Behind every key that begins with a prefix: keys may not contain this character. */
export const lastCharacter = "\u{10FFFF}";

export interface IndexValue {
  readonly name: string;
  readonly value: string;
}

/** A write that a transaction keeps to itself until its commit. */
export interface BufferedWrite {
  readonly collection: string;
  readonly key: string;
  /** Undefined for a delete. */
  readonly body: string | undefined;
  readonly indexValues: readonly IndexValue[];
}

/** What a transaction has seen, and what must still be so at its commit. */
export interface ReadVersion {
  readonly collection: string;
  readonly key: string;
  /** 0 where the document was not there. */
  readonly version: number;
}

export interface VersionedBody {
  readonly key: string;
  readonly version: number;
  readonly body: string;
}

export const identityOf = (collection: string, key: string): string => `${collection}\0${key}`;

/** Throws a TypeError where the key would not keep its order in every driver. */
const checkKey = (key: string): void => {
  if (key === "" || key.includes("\0") || key.includes(lastCharacter) || !key.isWellFormed()) {
    throw new TypeError(`Not a key of the store: ${JSON.stringify(key)}`);
  }
};

export const compareBytewise = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

/** A document as it was written; the collection says what type its bodies have. */
export const parseBody = <Document>(_collection: Collection<Document>, body: string): Document => JSON.parse(body);

const indexValuesOf = <Document>(collection: Collection<Document>, document: Document): readonly IndexValue[] =>
  Object.entries(collection.indexes).flatMap(([name, valuesOf]) => {
    const values = valuesOf(document);
    if (values === undefined) return [];
    return [...new Set(typeof values === "string" ? [values] : values)].map((value) => ({ name, value }));
  });

/** Throws a TypeError where the key or the document cannot be kept. */
export const bufferedPut = <Document>(
  collection: Collection<Document>,
  key: string,
  document: Document,
): BufferedWrite => {
  checkKey(key);
  const body = JSON.stringify(document);
  if (body === undefined) throw new TypeError(`The document ${collection.name}/${key} is not JSON.`);
  return { collection: collection.name, key, body, indexValues: indexValuesOf(collection, document) };
};

export const bufferedDelete = (collection: string, key: string): BufferedWrite => {
  checkKey(key);
  return { collection, key, body: undefined, indexValues: [] };
};

/** Index entries of a document that was written before its collection had these indexes. */
export const indexEntriesOf = <Document>(
  collection: Collection<Document>,
  { key, body }: VersionedBody,
): Pick<BufferedWrite, "collection" | "key" | "indexValues"> => ({
  collection: collection.name,
  key,
  indexValues: indexValuesOf(collection, parseBody(collection, body)),
});

/** A page that was read, with the transaction's own writes of the collection laid over it. */
export const withOwnWrites = (
  found: readonly VersionedBody[],
  written: readonly BufferedWrite[],
  options: ListOptions,
): readonly { readonly key: string; readonly body: string }[] => {
  if (written.length === 0) return found;
  const bodies = new Map(found.map(({ key, body }) => [key, body]));
  for (const write of written) {
    if (write.body !== undefined && matches(write, options)) bodies.set(write.key, write.body);
    else bodies.delete(write.key);
  }
  return [...bodies]
    .sort(([left], [right]) => inOrder(options, left, right))
    .slice(0, options.limit)
    .map(([key, body]) => ({ key, body }));
};

const inOrder = ({ descending }: ListOptions, left: string, right: string): number =>
  descending ? compareBytewise(right, left) : compareBytewise(left, right);

const matches = (write: BufferedWrite, options: ListOptions): boolean => {
  const { index, prefix, after } = options;
  if (prefix !== undefined && !write.key.startsWith(prefix)) return false;
  if (after !== undefined && inOrder(options, write.key, after) <= 0) return false;
  if (index === undefined) return true;
  return write.indexValues.some(({ name, value }) => name === index.name && value === index.value);
};
