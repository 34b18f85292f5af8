import { ServiceError } from "@fleetless/kernel";
import { TooManyBytesError } from "../blobs/staged-file.ts";
import { OffsetError } from "../blobs/uploads.ts";

/**
 * A failure as the distribution specification words it.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export class DistributionError extends Error {
  override readonly name = "DistributionError";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** ECR's errors in the specification's codes. */
const translations: Readonly<Record<string, readonly [status: number, code: string]>> = {
  RepositoryNotFoundException: [404, "NAME_UNKNOWN"],
  ImageNotFoundException: [404, "MANIFEST_UNKNOWN"],
  LayersNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
  ReferencedImagesNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
  ImageTagAlreadyExistsException: [400, "TAG_INVALID"],
  ImageDigestDoesNotMatchException: [400, "DIGEST_INVALID"],
  UnsupportedImageTypeException: [400, "MANIFEST_INVALID"],
  InvalidLayerException: [400, "DIGEST_INVALID"],
  UploadNotFoundException: [404, "BLOB_UPLOAD_UNKNOWN"],
  EmptyUploadException: [400, "SIZE_INVALID"],
  InvalidParameterException: [400, "NAME_INVALID"],
  UnableToGetUpstreamImageException: [404, "MANIFEST_UNKNOWN"],
  UnableToGetUpstreamLayerException: [404, "BLOB_UNKNOWN"],
};

/** What a client is told of anything that was thrown; undefined where it is a fault of ours. */
export const distributionErrorOf = (thrown: unknown): DistributionError | undefined => {
  if (thrown instanceof DistributionError) return thrown;
  if (thrown instanceof TooManyBytesError) return new DistributionError(413, "SIZE_INVALID", thrown.message);
  if (thrown instanceof OffsetError) return new DistributionError(416, "BLOB_UPLOAD_INVALID", thrown.message);
  if (!(thrown instanceof ServiceError)) return undefined;
  const [status, code] = translations[thrown.code] ?? [thrown.httpStatus, "DENIED"];
  return new DistributionError(status, code, thrown.message);
};

export const blobUnknown = (digest: string): DistributionError =>
  new DistributionError(404, "BLOB_UNKNOWN", `The blob ${digest} is not in this repository`);

export const unsupported = (what: string): DistributionError => new DistributionError(405, "UNSUPPORTED", what);
