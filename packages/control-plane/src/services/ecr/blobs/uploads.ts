import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import type { Clock } from "@fleetless/kernel";
import type { Store } from "../../../state/store.ts";
import { type RepositoryRecord, repositoryKey, type Scope } from "../collections.ts";
import { emptyUpload, invalidLayer, uploadNotFound } from "../errors.ts";
import { isDigest } from "../names.ts";
import {
  allUploads,
  findLink,
  findRepository,
  findUpload,
  insertUpload,
  putLink,
  removeUpload,
  requireRepository,
} from "../repository.ts";
import { type BlobStore, isUploadName } from "./blob-store.ts";
import { StagedFile } from "./staged-file.ts";

/** Where an upload goes. */
export interface UploadPlace {
  readonly scope: Scope;
  readonly repositoryName: string;
  readonly uploadId: string;
}

interface OpenUpload {
  readonly file: StagedFile;
  /** The request that appends now. */
  appending: { readonly cut: AbortController; readonly ended: Promise<void> } | undefined;
  touchedAt: number;
}

/** Bytes; ECR's own limit of a layer. https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
export const layerLimit = 52_000 * 1024 * 1024;

export interface UploadsOptions {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly layerLimit?: number;
}

/** Layers on their way in. They survive a restart of the server and can be taken up again where they broke off. */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #open = new Map<string, Promise<OpenUpload>>();

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** Answers the new upload's id. Throws RepositoryNotFoundException. */
  async start(scope: Scope, repositoryName: string): Promise<string> {
    const { store, clock } = this.#options;
    const id = randomUUID();
    await store.transaction(async (transaction) => {
      await requireRepository(transaction, scope, repositoryName);
      insertUpload(transaction, { repository: repositoryKey(scope, repositoryName), id, startedAt: clock.now() });
    });
    return id;
  }

  /** How many bytes have come. Throws UploadNotFoundException. */
  async received(place: UploadPlace): Promise<number> {
    return (await this.#find(place)).file.size;
  }

  /**
   * Appends to an upload; `from` is where the sender thinks that it stands. A request that still appends, such as
   * one whose connection is lost, is cut first. Answers how many bytes have come. Throws UploadNotFoundException,
   * TooManyBytesError, and OffsetError where the upload stands elsewhere.
   */
  async append(place: UploadPlace, source: AsyncIterable<Uint8Array>, from: number | undefined): Promise<number> {
    const upload = await this.#find(place);
    while (upload.appending !== undefined) {
      upload.appending.cut.abort(new Error("another request goes on with this upload"));
      await upload.appending.ended;
    }
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const cut = new AbortController();
    upload.appending = { cut, ended };
    try {
      if (from !== undefined && from !== upload.file.size) throw new OffsetError(upload.file.size);
      const limit = this.#options.layerLimit ?? layerLimit;
      await upload.file.append(untilCut(source, cut.signal), limit);
      return upload.file.size;
    } finally {
      upload.touchedAt = this.#options.clock.now();
      upload.appending = undefined;
      resolve();
    }
  }

  /**
   * Verifies what came and makes it a blob of the repository. Answers its size. Throws InvalidLayerException where
   * the digest is another, and EmptyUploadException.
   */
  async finish(place: UploadPlace, digest: string, allowEmpty = false): Promise<number> {
    const { store, blobs, clock } = this.#options;
    if (!isDigest(digest)) throw invalidLayer(`The digest '${digest.slice(0, 200)}' is neither sha256 nor sha512`);
    const upload = await this.#find(place);
    if (upload.appending !== undefined) throw invalidLayer("A part of the layer is still being received");
    const { file } = upload;
    if (file.size === 0 && !allowEmpty) throw emptyUpload(place.uploadId);
    const found = await file.digest(digest);
    if (found !== digest) {
      throw invalidLayer(`The calculated digest '${found}' does not match the specified digest '${digest}'`);
    }
    const repository = repositoryKey(place.scope, place.repositoryName);
    const release = await blobs.hold(digest);
    try {
      await blobs.adopt(place.uploadId, digest);
      await store.transaction(async (transaction) => {
        await requireRepository(transaction, place.scope, place.repositoryName);
        putLink(transaction, { repository, digest, size: file.size, usedAt: clock.now() });
        removeUpload(transaction, repository, place.uploadId);
      });
    } finally {
      release();
    }
    this.#open.delete(place.uploadId);
    return file.size;
  }

  /** Gives an upload up. Throws UploadNotFoundException. */
  async cancel(place: UploadPlace): Promise<void> {
    const upload = await this.#find(place);
    upload.appending?.cut.abort(new Error("the upload was cancelled"));
    await upload.appending?.ended;
    const repository = repositoryKey(place.scope, place.repositoryName);
    await this.#options.store.transaction(async (transaction) => {
      removeUpload(transaction, repository, place.uploadId);
    });
    await this.#discard(place.uploadId);
  }

  /**
   * Gives a repository a blob that another one has. Answers whether it could. Throws RepositoryNotFoundException of
   * the repository that is to have it.
   */
  async mount(scope: Scope, from: string, to: string, digest: string): Promise<boolean> {
    const { store, blobs, clock } = this.#options;
    const release = await blobs.hold(digest);
    try {
      return await store.transaction(async (transaction) => {
        await requireRepository(transaction, scope, to);
        const source = await findRepository(transaction, scope, from);
        const link = source && (await findLink(transaction, repositoryKey(scope, from), digest));
        if (link === undefined) return false;
        putLink(transaction, { ...link, repository: repositoryKey(scope, to), usedAt: clock.now() });
        return true;
      });
    } finally {
      release();
    }
  }

  /** Gives up uploads that nobody has added to for longer than `milliseconds`, and files that no upload claims. */
  async discardAbandoned(milliseconds: number): Promise<number> {
    const { store, blobs, clock } = this.#options;
    const before = clock.now() - milliseconds;
    let discarded = 0;
    // Read before the records: what is open or on disk now has a record, or never will have one again.
    const open = [...this.#open.keys()];
    const names = await readdir(blobs.stagingDirectory);
    const records = await store.read(allUploads);
    const kept = new Set<string>();
    for (const record of records) {
      const upload = await this.#open.get(record.id);
      const isWanted =
        upload === undefined ? record.startedAt > before : upload.appending !== undefined || upload.touchedAt > before;
      if (isWanted) {
        kept.add(record.id);
        continue;
      }
      await store.transaction(async (transaction) => removeUpload(transaction, record.repository, record.id));
      await this.#discard(record.id);
      discarded += 1;
    }
    for (const id of new Set([...open, ...names.filter(isUploadName)])) {
      if (kept.has(id)) continue;
      (await this.#open.get(id))?.appending?.cut.abort(new Error("the upload's repository was deleted"));
      await this.#discard(id);
    }
    return discarded;
  }

  async #discard(id: string): Promise<void> {
    this.#open.delete(id);
    await rm(this.#options.blobs.stagingPath(id), { force: true });
  }

  async #find(place: UploadPlace): Promise<OpenUpload> {
    const { store, blobs, clock } = this.#options;
    const { scope, repositoryName, uploadId } = place;
    const key = repositoryKey(scope, repositoryName);
    const found = await store.read(async (transaction): Promise<RepositoryRecord | undefined> => {
      const repository = await requireRepository(transaction, scope, repositoryName);
      return (await findUpload(transaction, key, uploadId)) === undefined ? undefined : repository;
    });
    if (found === undefined) throw uploadNotFound(uploadId, repositoryName, scope.accountId);
    let opening = this.#open.get(uploadId);
    if (opening === undefined) {
      opening = StagedFile.open(blobs.stagingPath(uploadId)).then((file) => ({
        file,
        appending: undefined,
        touchedAt: clock.now(),
      }));
      this.#open.set(uploadId, opening);
      opening.catch(() => this.#open.delete(uploadId));
    }
    return await opening;
  }
}

/** The sender goes on at another place than where the upload stands. */
export class OffsetError extends Error {
  override readonly name = "OffsetError";
  readonly received: number;

  constructor(received: number) {
    super(`the upload stands at byte ${received}`);
    this.received = received;
  }
}

/** Ends with the signal's reason, also while the source says nothing. */
async function* untilCut(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const { promise: cut, reject } = Promise.withResolvers<never>();
  cut.catch(() => undefined);
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await Promise.race([iterator.next(), cut]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    if (signal.aborted) void iterator.return?.();
    else await iterator.return?.();
  }
}
