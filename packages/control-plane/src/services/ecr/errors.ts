import { defineError, ServiceError } from "@fleetless/kernel";

/** The errors of ECR. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html */
export const invalidParameter = defineError("InvalidParameterException", 400, (message: string) => message);

export const repositoryNotFound = defineError(
  "RepositoryNotFoundException",
  400,
  (name: string, registryId: string) =>
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
);

export const repositoryExists = defineError(
  "RepositoryAlreadyExistsException",
  400,
  (name: string, registryId: string) =>
    `The repository with name '${name}' already exists in the registry with id '${registryId}'`,
);

export const repositoryNotEmpty = defineError(
  "RepositoryNotEmptyException",
  400,
  (name: string, registryId: string) =>
    `The repository with name '${name}' in registry with id '${registryId}' cannot be deleted because it still contains images`,
);

export const repositoryPolicyNotFound = defineError(
  "RepositoryPolicyNotFoundException",
  400,
  (name: string, registryId: string) =>
    `Repository policy does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
);

export const registryPolicyNotFound = defineError(
  "RegistryPolicyNotFoundException",
  400,
  (registryId: string) => `Registry policy does not exist in the registry with id '${registryId}'`,
);

export const lifecyclePolicyNotFound = defineError(
  "LifecyclePolicyNotFoundException",
  400,
  (name: string, registryId: string) =>
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
);

export const lifecyclePreviewNotFound = defineError(
  "LifecyclePolicyPreviewNotFoundException",
  400,
  (name: string, registryId: string) =>
    `Lifecycle policy preview does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
);

export const scanNotFound = defineError(
  "ScanNotFoundException",
  400,
  (image: { readonly digest: string; readonly tag?: string | undefined }, name: string, registryId: string) =>
    `Image scan does not exist for the image with '{imageDigest:'${image.digest}', imageTag:'${image.tag ?? "null"}'}' in the repository with name '${name}' in the registry with id '${registryId}'`,
);

export const imageNotFound = defineError(
  "ImageNotFoundException",
  400,
  (
    image: { readonly digest?: string | undefined; readonly tag?: string | undefined },
    name: string,
    registryId: string,
  ) =>
    `The image with imageId {imageDigest:'${image.digest ?? "null"}', imageTag:'${image.tag ?? "null"}'} does not exist within the repository with name '${name}' in the registry with id '${registryId}'`,
);

export const imageExists = defineError(
  "ImageAlreadyExistsException",
  400,
  (digest: string, tag: string | undefined, name: string, registryId: string) =>
    `Image with digest '${digest}' and tag '${tag ?? "null"}' already exists in the repository with name '${name}' in registry with id '${registryId}'`,
);

export const imageTagImmutable = defineError(
  "ImageTagAlreadyExistsException",
  400,
  (tag: string, name: string) =>
    `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
);

export const imageDigestMismatch = defineError(
  "ImageDigestDoesNotMatchException",
  400,
  (given: string, found: string) =>
    `The calculated digest '${found}' for the image does not match the specified digest '${given}'`,
);

export const unsupportedImageType = defineError("UnsupportedImageTypeException", 400, (message: string) => message);

export const layersNotFound = defineError(
  "LayersNotFoundException",
  400,
  (digests: readonly string[], name: string, registryId: string) =>
    `Layers with digests '[${digests.join(", ")}]' required for pushing image into repository with name '${name}' in the registry with id '${registryId}' do not exist`,
);

export const referencedImagesNotFound = defineError(
  "ReferencedImagesNotFoundException",
  400,
  (digests: readonly string[], name: string, registryId: string) =>
    `Images with digests '[${digests.join(", ")}]' required for pushing image into repository with name '${name}' in the registry with id '${registryId}' do not exist`,
);

export const layersNotInRepository = defineError(
  "LayersNotFoundException",
  400,
  (digest: string, name: string, registryId: string) =>
    `The layer with digest '${digest}' does not exist in the repository with name '${name}' in the registry with id '${registryId}'`,
);

export const layerExists = defineError(
  "LayerAlreadyExistsException",
  400,
  (digest: string, name: string, registryId: string) =>
    `Layer with digest '${digest}' already exists in the repository with name '${name}' in the registry with id '${registryId}'`,
);

export const invalidLayer = defineError("InvalidLayerException", 400, (message: string) => message);

export const uploadNotFound = defineError(
  "UploadNotFoundException",
  400,
  (id: string, name: string, registryId: string) =>
    `The upload with id '${id}' could not be found in the repository with name '${name}' in the registry with id '${registryId}'`,
);

export const emptyUpload = defineError(
  "EmptyUploadException",
  400,
  (id: string) => `The upload with id '${id}' does not contain any layer parts`,
);

/** Answers where the upload stands, so that the client goes on there. */
export const invalidLayerPart = (
  message: string,
  at: {
    readonly registryId: string;
    readonly repositoryName: string;
    readonly uploadId: string;
    readonly received: number;
  },
): ServiceError => {
  const { received, ...where } = at;
  return new ServiceError("InvalidLayerPartException", 400, message, { ...where, lastValidByteReceived: received - 1 });
};

export const upstreamImageUnavailable = defineError(
  "UnableToGetUpstreamImageException",
  400,
  (upstream: { readonly registry: string; readonly repository: string }, why: string) =>
    `The image could not be pulled from ${upstream.registry}/${upstream.repository}: ${why}`,
);

export const upstreamLayerUnavailable = defineError(
  "UnableToGetUpstreamLayerException",
  400,
  (upstream: { readonly registry: string; readonly repository: string }, digest: string, why: string) =>
    `The layer ${digest} could not be pulled from ${upstream.registry}/${upstream.repository}: ${why}`,
);

export const ruleExists = defineError(
  "PullThroughCacheRuleAlreadyExistsException",
  400,
  (prefix: string, registryId: string) =>
    `A pull through cache rule with ecrRepositoryPrefix '${prefix}' already exists in the registry with id '${registryId}'`,
);

export const ruleNotFound = defineError(
  "PullThroughCacheRuleNotFoundException",
  400,
  (prefix: string, registryId: string) =>
    `A pull through cache rule with ecrRepositoryPrefix '${prefix}' does not exist in the registry with id '${registryId}'`,
);

export const upstreamSecretNotFound = defineError(
  "SecretNotFoundException",
  400,
  (why: string) =>
    `The ARN of the secret specified in the pull through cache rule was not found. Update the pull through cache rule with a valid secret ARN and try again. (${why})`,
);

export const upstreamSecretInaccessible = defineError(
  "UnableToAccessSecretException",
  400,
  (why: string) =>
    `The secret is unable to be accessed. Verify the resource permissions for the secret and try again. (${why})`,
);

export const upstreamSecretUndecryptable = defineError(
  "UnableToDecryptSecretValueException",
  400,
  (why: string) =>
    `The secret is accessible but is unable to be decrypted. Verify the resource permissions and try again. (${why})`,
);

export const unsupportedUpstream = defineError(
  "UnsupportedUpstreamRegistryException",
  400,
  (message: string) => message,
);

export const notSupported = defineError(
  "ValidationException",
  400,
  (what: string) => `${what} is not supported by Fleetless yet.`,
);

export const invalidTag = defineError("InvalidTagParameterException", 400, (message: string) => message);
export const tooManyTags = defineError(
  "TooManyTagsException",
  400,
  () =>
    "The list of tags on the repository is over the limit. The maximum number of tags that can be applied to a repository is 50.",
);
