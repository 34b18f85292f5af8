import type { Image, ImageDetail, Repository, Tag } from "@aws-sdk/client-ecr";
import type { ImageRecord, RepositoryRecord, Scope } from "./collections.ts";
import type { EcrDependencies } from "./dependencies.ts";
import { repositoryArn } from "./names.ts";

export const repositoryView = (
  repository: RepositoryRecord,
  { registryHost }: Pick<EcrDependencies, "registryHost">,
): Repository => ({
  repositoryArn: repositoryArn(repository, repository.name),
  registryId: repository.accountId,
  repositoryName: repository.name,
  repositoryUri: `${registryHost()}/${repository.name}`,
  createdAt: new Date(repository.createdAt),
  imageTagMutability: repository.imageTagMutability,
  ...(repository.exclusionFilters.length === 0
    ? {}
    : { imageTagMutabilityExclusionFilters: [...repository.exclusionFilters] }),
  imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  encryptionConfiguration: repository.encryption,
});

export const imageView = (
  scope: Scope,
  name: string,
  image: ImageRecord,
  tag: string | undefined,
  manifest: string,
): Image => ({
  registryId: scope.accountId,
  repositoryName: name,
  imageId: { imageDigest: image.digest, ...(tag === undefined ? {} : { imageTag: tag }) },
  imageManifest: manifest,
  imageManifestMediaType: image.mediaType,
});

export const imageDetailView = (
  scope: Scope,
  name: string,
  image: ImageRecord,
  tags: readonly string[],
): ImageDetail => ({
  registryId: scope.accountId,
  repositoryName: name,
  imageDigest: image.digest,
  ...(tags.length === 0 ? {} : { imageTags: [...tags] }),
  imageSizeInBytes: image.imageSize,
  imagePushedAt: new Date(image.pushedAt),
  imageManifestMediaType: image.mediaType,
  imageStatus: "ACTIVE",
  ...(image.artifactType === undefined ? {} : { artifactMediaType: image.artifactType }),
  ...(image.subject === undefined ? {} : { subjectManifestDigest: image.subject }),
  ...(image.pulledAt === undefined ? {} : { lastRecordedPullTime: new Date(image.pulledAt) }),
});

export const tagViews = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
