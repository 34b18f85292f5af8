import type {
  EncryptionType,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  LifecyclePolicyPreviewResult,
  RegistryScanningConfiguration,
  ReplicationConfiguration,
} from "@aws-sdk/client-ecr";
import { defineCollection } from "../../state/store.ts";

/** A private registry: one for each account and region. */
export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export interface RepositoryRecord extends Scope {
  readonly name: string;
  readonly createdAt: number;
  readonly imageTagMutability: ImageTagMutability;
  readonly exclusionFilters: readonly ImageTagMutabilityExclusionFilter[];
  readonly scanOnPush: boolean;
  readonly encryption: { readonly encryptionType: EncryptionType; readonly kmsKey?: string };
  readonly policy?: string;
  readonly lifecyclePolicy?: string;
  /** When images were last expired by the policy. */
  readonly lifecycleEvaluatedAt?: number;
  readonly preview?: LifecyclePreview;
  readonly tags: Readonly<Record<string, string>>;
}

/** What holds for a registry as a whole. */
export interface RegistryRecord extends Scope {
  readonly policy?: string;
  readonly replication?: ReplicationConfiguration;
  readonly scanning?: RegistryScanningConfiguration;
  /** By the setting's name. */
  readonly settings: Readonly<Record<string, string>>;
}

interface LifecyclePreview {
  readonly text: string;
  readonly results: readonly LifecyclePolicyPreviewResult[];
}

/** Something that a manifest points to, as the OCI image specification describes it. */
export interface ContentDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest or index in a repository. Its bytes are a blob of the same digest. */
export interface ImageRecord {
  /** Key of the repository. */
  readonly repository: string;
  readonly digest: string;
  readonly mediaType: string;
  /** Of the configuration, or what the manifest says it is. */
  readonly artifactType?: string;
  /** Bytes of the manifest itself. */
  readonly manifestSize: number;
  /** Bytes of all that it names, configuration included. */
  readonly imageSize: number;
  /** Configuration and layers. */
  readonly blobs: readonly ContentDescriptor[];
  /** Manifests that an index names. */
  readonly manifests: readonly ContentDescriptor[];
  readonly subject?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pushedAt: number;
  readonly pulledAt?: number;
}

export interface TagRecord {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly taggedAt: number;
  /** When a registry that this one is a cache of was last asked what the tag stands for. */
  readonly checkedAt?: number;
}

/** That a repository has a blob. */
export interface BlobLink {
  readonly repository: string;
  readonly digest: string;
  readonly size: number;
  /** When it was last uploaded, mounted, or named by a manifest. */
  readonly usedAt: number;
}

export interface UploadRecord {
  readonly repository: string;
  readonly id: string;
  readonly startedAt: number;
}

export const scopePrefix = ({ accountId, region }: Scope): string => `${accountId}/${region}/`;
export const repositoryKey = (scope: Scope, name: string): string => `${scopePrefix(scope)}${name}`;
/** Of an image, a tag, a link or an upload. No repository's name holds a colon. */
export const memberKey = (repository: string, name: string): string => `${repository}:${name}`;

export const repositories = defineCollection<RepositoryRecord>("ecr.repositories");
export const images = defineCollection<ImageRecord>("ecr.images", {
  /** By the digest of its bytes, in whatever repository. */
  content: ({ digest }) => digest,
  /** By repository and blob. */
  blob: ({ repository, blobs }) => [...new Set(blobs.map(({ digest }) => memberKey(repository, digest)))],
  /** By repository and manifest that an index names. */
  member: ({ repository, manifests }) => [...new Set(manifests.map(({ digest }) => memberKey(repository, digest)))],
  /** By repository and the manifest that it is about. */
  subject: ({ repository, subject }) => (subject === undefined ? undefined : memberKey(repository, subject)),
});
export const imageTags = defineCollection<TagRecord>("ecr.tags", {
  image: ({ repository, digest }) => memberKey(repository, digest),
});
export const blobLinks = defineCollection<BlobLink>("ecr.blobs", { content: ({ digest }) => digest });
export const uploads = defineCollection<UploadRecord>("ecr.uploads");
/** By account and region. */
export const registries = defineCollection<RegistryRecord>("ecr.registries");
