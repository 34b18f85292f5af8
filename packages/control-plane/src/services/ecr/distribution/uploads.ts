import type { UploadPlace } from "../blobs/uploads.ts";
import { OffsetError } from "../blobs/uploads.ts";
import { isDigest, isRepositoryName } from "../names.ts";
import { DistributionError, unsupported } from "./errors.ts";
import { type DistributionExchange, reply, streamBody } from "./exchange.ts";
import { parseContentRange } from "./range.ts";

const locationOf = (repository: string, id: string): string => `/v2/${repository}/blobs/uploads/${id}`;

/** Where an upload stands; Docker's clients want a range of nothing to be `0-0`. */
const progressHeaders = (repository: string, id: string, received: number): Readonly<Record<string, string>> => ({
  location: locationOf(repository, id),
  range: `0-${Math.max(0, received - 1)}`,
  "docker-upload-uuid": id,
});

const createdHeaders = (repository: string, digest: string): Readonly<Record<string, string>> => ({
  location: `/v2/${repository}/blobs/${digest}`,
  "docker-content-digest": digest,
});

const checkDigest = (digest: string): string => {
  if (isDigest(digest)) return digest;
  throw new DistributionError(400, "DIGEST_INVALID", `${digest.slice(0, 200)} is no digest of sha256 or sha512`);
};

const hasBody = ({ message }: DistributionExchange): boolean =>
  message.headers["transfer-encoding"] !== undefined || Number(message.headers["content-length"] ?? 0) > 0;

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs */
export const startUpload = async (exchange: DistributionExchange, repository: string): Promise<void> => {
  const { message, parameters, dependencies, scope } = exchange;
  if (message.method !== "POST") throw unsupported("An upload begins with POST");
  await exchange.authorise("InitiateLayerUpload", repository);
  const mount = parameters.get("mount");
  const from = parameters.get("from");
  if (mount !== null && from !== null && (await mountBlob(exchange, repository, mount, from))) return;
  const id = await dependencies.uploads.start(scope, repository);
  const digest = parameters.get("digest");
  if (digest !== null)
    return await completeUpload(exchange, { scope, repositoryName: repository, uploadId: id }, digest);
  reply(exchange, 202, { ...progressHeaders(repository, id, 0), "oci-chunk-min-length": "0" });
};

/** Who may not read the other repository gets an ordinary upload, as if the blob were not there. */
const mountBlob = async (
  exchange: DistributionExchange,
  repository: string,
  digest: string,
  from: string,
): Promise<boolean> => {
  if (!isDigest(digest) || !isRepositoryName(from)) return false;
  if (!(await exchange.isAllowed("GetDownloadUrlForLayer", from))) return false;
  if (!(await exchange.dependencies.uploads.mount(exchange.scope, from, repository, digest))) return false;
  reply(exchange, 201, createdHeaders(repository, digest));
  return true;
};

export const serveUpload = async (exchange: DistributionExchange, repository: string, id: string): Promise<void> => {
  const { message, dependencies, scope, parameters } = exchange;
  const { uploads } = dependencies;
  const place = { scope, repositoryName: repository, uploadId: id };
  switch (message.method) {
    case "GET":
      await exchange.authorise("UploadLayerPart", repository);
      reply(exchange, 204, progressHeaders(repository, id, await uploads.received(place)));
      return;
    case "PATCH": {
      await exchange.authorise("UploadLayerPart", repository);
      const received = await receive(exchange, place);
      reply(exchange, 202, progressHeaders(repository, id, received));
      return;
    }
    case "PUT":
      await exchange.authorise("CompleteLayerUpload", repository);
      return await completeUpload(exchange, place, parameters.get("digest") ?? "");
    case "DELETE":
      await exchange.authorise("UploadLayerPart", repository);
      await uploads.cancel(place);
      reply(exchange, 204);
      return;
    default:
      throw unsupported(`${message.method} is not supported on an upload`);
  }
};

/** Appends the request's body where its Content-Range says, or at the end. */
const receive = async (exchange: DistributionExchange, place: UploadPlace): Promise<number> => {
  const { message, dependencies } = exchange;
  const header = message.headers["content-range"];
  const range = header === undefined ? undefined : parseContentRange(header);
  if (header !== undefined && range === undefined) {
    throw new DistributionError(416, "BLOB_UPLOAD_INVALID", `The Content-Range ${header.slice(0, 100)} is not valid`);
  }
  try {
    return await dependencies.uploads.append(place, streamBody(message), range?.start);
  } catch (thrown) {
    if (!(thrown instanceof OffsetError)) throw thrown;
    const headers = progressHeaders(place.repositoryName, place.uploadId, thrown.received);
    throw new DistributionError(416, "BLOB_UPLOAD_INVALID", thrown.message, headers);
  }
};

const completeUpload = async (exchange: DistributionExchange, place: UploadPlace, text: string): Promise<void> => {
  const digest = checkDigest(text);
  if (hasBody(exchange)) await receive(exchange, place);
  await exchange.dependencies.uploads.finish(place, digest, true);
  reply(exchange, 201, createdHeaders(place.repositoryName, digest));
};
