/** https://github.com/opencontainers/image-spec/blob/main/media-types.md, and Docker's older names. */
export const mediaTypes = {
  ociIndex: "application/vnd.oci.image.index.v1+json",
  ociManifest: "application/vnd.oci.image.manifest.v1+json",
  ociConfiguration: "application/vnd.oci.image.config.v1+json",
  ociLayer: "application/vnd.oci.image.layer.v1.tar",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
} as const;

/** Bytes that a manifest may have. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests */
export const manifestLimit = 4 * 1024 * 1024;
