import type { BlobLink } from "../collections.ts";
import { isDigest } from "../names.ts";
import { findLink, putLink, requireRepository } from "../repository.ts";
import { blobUnknown, DistributionError, unsupported } from "./errors.ts";
import { type DistributionExchange, keyOf, reply } from "./exchange.ts";
import { parseRange } from "./range.ts";

/** A link that is older is said to be in use again before its owner is told that the blob is there. */
const refreshAfter = 10 * 60 * 1000;
const stallLimit = 120_000;

const linkOf = (exchange: DistributionExchange, repository: string, digest: string): Promise<BlobLink | undefined> =>
  exchange.dependencies.store.read(async (transaction) => {
    await requireRepository(transaction, exchange.scope, repository);
    return findLink(transaction, keyOf(exchange, repository), digest);
  });

/** A push skips a blob that it is told is there: it must not be collected before the manifest comes. */
const keepInUse = async ({ dependencies }: DistributionExchange, link: BlobLink): Promise<boolean> => {
  const { store, clock } = dependencies;
  if (clock.now() - link.usedAt < refreshAfter) return true;
  return store.transaction(async (transaction) => {
    const now = await findLink(transaction, link.repository, link.digest);
    if (now !== undefined) putLink(transaction, { ...now, usedAt: clock.now() });
    return now !== undefined;
  });
};

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-blobs */
export const serveBlob = async (exchange: DistributionExchange, repository: string, digest: string): Promise<void> => {
  const { message } = exchange;
  if (!isDigest(digest)) throw new DistributionError(400, "DIGEST_INVALID", `${digest.slice(0, 200)} is no digest`);
  switch (message.method) {
    case "HEAD": {
      await authoriseLook(exchange, repository);
      const link = await linkOf(exchange, repository, digest);
      if (link === undefined || !(await keepInUse(exchange, link))) throw blobUnknown(digest);
      reply(exchange, 200, { ...headersOf(digest), "content-length": link.size });
      return;
    }
    case "GET": {
      await exchange.authorise("GetDownloadUrlForLayer", repository);
      const link = await linkOf(exchange, repository, digest);
      if (link !== undefined) return await sendBlob(exchange, link);
      return await serveUpstreamBlob(exchange, repository, digest);
    }
    default:
      throw unsupported("Blobs cannot be changed or deleted; they go with the images that hold them");
  }
};

/** A layer of a cache that nobody has asked for before. */
const serveUpstreamBlob = async (exchange: DistributionExchange, repository: string, digest: string): Promise<void> => {
  const { response, scope, dependencies } = exchange;
  const begin = (size: number): void => {
    response.writeHead(200, { ...headersOf(digest), "content-length": size });
  };
  const fetched = await dependencies.cache.fetchBlob(scope, repository, digest, response, begin);
  if (fetched === "served") {
    response.end();
    return;
  }
  const link = fetched === "stored" ? await linkOf(exchange, repository, digest) : undefined;
  if (link === undefined) throw blobUnknown(digest);
  await sendBlob(exchange, link);
};

/** Both who pushes and who pulls asks whether a blob is there. */
const authoriseLook = async (exchange: DistributionExchange, repository: string): Promise<void> => {
  if (await exchange.isAllowed("GetDownloadUrlForLayer", repository)) return;
  await exchange.authorise("BatchCheckLayerAvailability", repository);
};

/** A blob by the URL of GetDownloadUrlForLayer, whose token stands for a login. */
export const serveDownload = async (
  exchange: Pick<DistributionExchange, "message" | "response" | "parameters" | "dependencies">,
  digest: string,
  token: string,
): Promise<void> => {
  const { downloads, store } = exchange.dependencies;
  const repository = downloads.repositoryFor(token, digest);
  if (repository === undefined) throw new DistributionError(403, "DENIED", "The download URL is not valid any more");
  const link = await store.read((transaction) => findLink(transaction, repository, digest));
  if (link === undefined) throw blobUnknown(digest);
  await sendBlob(exchange, link);
};

const headersOf = (digest: string): Readonly<Record<string, string>> => ({
  "content-type": "application/octet-stream",
  "docker-content-digest": digest,
  etag: `"${digest}"`,
  "accept-ranges": "bytes",
  "cache-control": "max-age=31536000",
});

const sendBlob = async (
  { message, response, dependencies }: Pick<DistributionExchange, "message" | "response" | "dependencies">,
  { digest, size }: BlobLink,
): Promise<void> => {
  const range = parseRange(message.headers.range, size);
  if (range === "unsatisfiable") {
    throw new DistributionError(416, "SIZE_INVALID", `The blob has ${size} bytes`, {
      "content-range": `bytes */${size}`,
    });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headersOf(digest),
    "content-length": end - start + 1,
    ...(range === undefined ? {} : { "content-range": `bytes ${start}-${end}/${size}` }),
  });
  if (end < start) {
    response.end();
    return;
  }
  response.setTimeout(stallLimit, () => response.destroy());
  await dependencies.blobs.send(digest, start, end, response);
};
