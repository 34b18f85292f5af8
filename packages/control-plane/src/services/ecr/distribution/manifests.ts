import { manifestLimit } from "@fleetless/oci";
import type { ImageRecord } from "../collections.ts";
import { deleteImage, removeTagOnly } from "../images/delete-image.ts";
import { lookUpImage } from "../images/find-image.ts";
import { recordPull } from "../images/record-pull.ts";
import { storeImage } from "../images/store-image.ts";
import { isDigest, isTag } from "../names.ts";
import { requireRepository } from "../repository.ts";
import { DistributionError, unsupported } from "./errors.ts";
import { type DistributionExchange, keyOf, readBody, reply } from "./exchange.ts";

interface Reference {
  readonly digest?: string;
  readonly tag?: string;
}

const referenceOf = (text: string): Reference => {
  if (text.includes(":")) {
    if (isDigest(text)) return { digest: text };
    throw new DistributionError(400, "DIGEST_INVALID", `${text.slice(0, 200)} is no digest of sha256 or sha512`);
  }
  if (isTag(text)) return { tag: text };
  throw new DistributionError(400, "TAG_INVALID", `${text.slice(0, 200)} is no tag`);
};

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
export const serveManifest = async (
  exchange: DistributionExchange,
  repository: string,
  text: string,
): Promise<void> => {
  switch (exchange.message.method) {
    case "GET":
    case "HEAD":
      await exchange.authorise("BatchGetImage", repository);
      return await sendManifest(exchange, repository, text);
    case "PUT":
      await exchange.authorise("PutImage", repository);
      return await takeManifest(exchange, repository, referenceOf(text));
    case "DELETE":
      await exchange.authorise("BatchDeleteImage", repository);
      return await deleteManifest(exchange, repository, referenceOf(text));
    default:
      throw unsupported(`${exchange.message.method} is not supported on a manifest`);
  }
};

const sendManifest = async (exchange: DistributionExchange, repository: string, text: string): Promise<void> => {
  const image = await findManifest(exchange, repository, text);
  const bytes = image === undefined ? undefined : await exchange.dependencies.blobs.read(image.digest);
  if (image === undefined || bytes === undefined) {
    throw new DistributionError(404, "MANIFEST_UNKNOWN", "Requested image not found");
  }
  const headers = {
    "content-type": image.mediaType,
    "content-length": bytes.length,
    "docker-content-digest": image.digest,
    etag: `"${image.digest}"`,
  };
  if (exchange.message.method === "HEAD") return reply(exchange, 200, headers);
  await recordPull(exchange.dependencies, image);
  reply(exchange, 200, headers, bytes);
};

/** A registry that is a cache asks the one behind it first. */
const findManifest = async (
  exchange: DistributionExchange,
  repository: string,
  text: string,
): Promise<ImageRecord | undefined> => {
  // A digest or tag that is malformed names nothing.
  if (!isDigest(text) && !isTag(text)) return undefined;
  const reference = referenceOf(text);
  const { cache } = exchange.dependencies;
  if (await cache.isStale(exchange.scope, repository, reference)) {
    await exchange.authorise("BatchImportUpstreamImage", repository);
    await cache.refresh(exchange.scope, repository, reference);
  }
  return exchange.dependencies.store.read(async (transaction) => {
    await requireRepository(transaction, exchange.scope, repository);
    const found = await lookUpImage(transaction, keyOf(exchange, repository), reference);
    return found.kind === "found" ? found.image : undefined;
  });
};

const takeManifest = async (
  exchange: DistributionExchange,
  repository: string,
  reference: Reference,
): Promise<void> => {
  const { message, dependencies, scope, response } = exchange;
  const mediaType = message.headers["content-type"]?.split(";")[0]?.trim();
  const { image } = await storeImage(dependencies, {
    scope,
    repositoryName: repository,
    manifest: await readBody(message, manifestLimit),
    ...reference,
    mediaType,
    refuseExisting: false,
  });
  if (image.subject !== undefined) response.setHeader("oci-subject", image.subject);
  reply(exchange, 201, {
    location: `/v2/${repository}/manifests/${image.digest}`,
    "docker-content-digest": image.digest,
  });
};

const deleteManifest = async (
  exchange: DistributionExchange,
  repository: string,
  reference: Reference,
): Promise<void> => {
  const key = keyOf(exchange, repository);
  const deletion = await exchange.dependencies.store.transaction(async (transaction) => {
    await requireRepository(transaction, exchange.scope, repository);
    return reference.tag === undefined
      ? deleteImage(transaction, key, reference)
      : removeTagOnly(transaction, key, reference.tag);
  });
  if (deletion.kind === "failed") {
    if (deletion.code === "ImageNotFound") throw new DistributionError(404, "MANIFEST_UNKNOWN", deletion.reason);
    throw unsupported(deletion.reason);
  }
  reply(exchange, 202);
};
