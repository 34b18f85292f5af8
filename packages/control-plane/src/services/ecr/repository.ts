import { parseArn } from "@fleetless/kernel";
import type { Collection, ReadTransaction, Store, Transaction } from "../../state/store.ts";
import {
  type BlobLink,
  blobLinks,
  type ImageRecord,
  images,
  imageTags,
  memberKey,
  type RegistryRecord,
  type RepositoryRecord,
  registries,
  repositories,
  repositoryKey,
  type Scope,
  scopePrefix,
  type TagRecord,
  type UploadRecord,
  uploads,
} from "./collections.ts";
import { repositoryExists, repositoryNotFound } from "./errors.ts";

export const findRepository = (
  transaction: ReadTransaction,
  scope: Scope,
  name: string,
): Promise<RepositoryRecord | undefined> => transaction.get(repositories, repositoryKey(scope, name));

/** Throws RepositoryNotFoundException. */
export const requireRepository = async (
  transaction: ReadTransaction,
  scope: Scope,
  name: string,
): Promise<RepositoryRecord> => {
  const found = await findRepository(transaction, scope, name);
  if (found === undefined) throw repositoryNotFound(name, scope.accountId);
  return found;
};

export const keyOf = (repository: RepositoryRecord): string => repositoryKey(repository, repository.name);

export const putRepository = (transaction: Transaction, repository: RepositoryRecord): void =>
  transaction.put(repositories, keyOf(repository), repository);

/** Throws RepositoryAlreadyExistsException. */
export const insertRepository = async (transaction: Transaction, repository: RepositoryRecord): Promise<void> => {
  if ((await findRepository(transaction, repository, repository.name)) !== undefined) {
    throw repositoryExists(repository.name, repository.accountId);
  }
  transaction.insert(repositories, keyOf(repository), repository);
};

export const repositoriesIn = async (
  transaction: ReadTransaction,
  scope: Scope,
  options: { readonly after?: string; readonly limit?: number } = {},
): Promise<readonly RepositoryRecord[]> =>
  (
    await transaction.list(repositories, {
      prefix: scopePrefix(scope),
      ...(options.after === undefined ? {} : { after: repositoryKey(scope, options.after) }),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
    })
  ).map(({ document }) => document);

export const allRepositories = async (transaction: ReadTransaction): Promise<readonly RepositoryRecord[]> =>
  (await transaction.list(repositories)).map(({ document }) => document);

export const findRepositoryByKey = (transaction: ReadTransaction, key: string): Promise<RepositoryRecord | undefined> =>
  transaction.get(repositories, key);

/** A registry is there without having been made. */
export const readRegistry = async (transaction: ReadTransaction, scope: Scope): Promise<RegistryRecord> =>
  (await transaction.get(registries, scopePrefix(scope))) ?? {
    accountId: scope.accountId,
    region: scope.region,
    settings: {},
  };

export const putRegistry = (transaction: Transaction, registry: RegistryRecord): void =>
  transaction.put(registries, scopePrefix(registry), registry);

/** Removes a repository and all that it holds. Blobs stay on disk until they are collected. */
export const removeRepository = async (transaction: Transaction, repository: RepositoryRecord): Promise<void> => {
  const prefix = memberKey(keyOf(repository), "");
  const removeAll = async <Document>(collection: Collection<Document>): Promise<void> => {
    for (const { key } of await transaction.list(collection, { prefix })) transaction.delete(collection, key);
  };
  await removeAll(images);
  await removeAll(imageTags);
  await removeAll(blobLinks);
  await removeAll(uploads);
  transaction.delete(repositories, keyOf(repository));
};

export const findImage = (
  transaction: ReadTransaction,
  repository: string,
  digest: string,
): Promise<ImageRecord | undefined> => transaction.get(images, memberKey(repository, digest));

export const putImage = (transaction: Transaction, image: ImageRecord): void =>
  transaction.put(images, memberKey(image.repository, image.digest), image);

export const removeImage = (transaction: Transaction, image: ImageRecord): void =>
  transaction.delete(images, memberKey(image.repository, image.digest));

export const imagesIn = async (transaction: ReadTransaction, repository: string): Promise<readonly ImageRecord[]> =>
  (await transaction.list(images, { prefix: memberKey(repository, "") })).map(({ document }) => document);

export const findTag = (
  transaction: ReadTransaction,
  repository: string,
  tag: string,
): Promise<TagRecord | undefined> => transaction.get(imageTags, memberKey(repository, tag));

export const putTag = (transaction: Transaction, tag: TagRecord): void =>
  transaction.put(imageTags, memberKey(tag.repository, tag.tag), tag);

export const removeTag = (transaction: Transaction, tag: TagRecord): void =>
  transaction.delete(imageTags, memberKey(tag.repository, tag.tag));

export const tagsIn = async (
  transaction: ReadTransaction,
  repository: string,
  options: { readonly after?: string; readonly limit?: number } = {},
): Promise<readonly TagRecord[]> =>
  (
    await transaction.list(imageTags, {
      prefix: memberKey(repository, ""),
      ...(options.after === undefined ? {} : { after: memberKey(repository, options.after) }),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
    })
  ).map(({ document }) => document);

const byIndex = (name: string, value: string, limit?: number) => ({
  index: { name, value },
  ...(limit === undefined ? {} : { limit }),
});

export const tagsOfImage = async (
  transaction: ReadTransaction,
  repository: string,
  digest: string,
): Promise<readonly TagRecord[]> =>
  (await transaction.list(imageTags, byIndex("image", memberKey(repository, digest)))).map(({ document }) => document);

/** Manifests that are about another one. */
export const referrersOf = async (
  transaction: ReadTransaction,
  repository: string,
  digest: string,
): Promise<readonly ImageRecord[]> =>
  (await transaction.list(images, byIndex("subject", memberKey(repository, digest)))).map(({ document }) => document);

/** Indexes of the repository that name a manifest. */
export const indexesNaming = async (
  transaction: ReadTransaction,
  repository: string,
  digest: string,
): Promise<readonly ImageRecord[]> =>
  (await transaction.list(images, byIndex("member", memberKey(repository, digest)))).map(({ document }) => document);

export const findLink = (
  transaction: ReadTransaction,
  repository: string,
  digest: string,
): Promise<BlobLink | undefined> => transaction.get(blobLinks, memberKey(repository, digest));

export const putLink = (transaction: Transaction, link: BlobLink): void =>
  transaction.put(blobLinks, memberKey(link.repository, link.digest), link);

/** Images of the repository that name a blob. */
export const imagesNaming = async (
  transaction: ReadTransaction,
  repository: string,
  digest: string,
): Promise<readonly ImageRecord[]> =>
  (await transaction.list(images, byIndex("blob", memberKey(repository, digest), 1))).map(({ document }) => document);

/** Whether a manifest of the repository names the blob. */
export const isBlobNamed = async (transaction: ReadTransaction, repository: string, digest: string): Promise<boolean> =>
  (await transaction.list(images, byIndex("blob", memberKey(repository, digest), 1))).length > 0;

/** Whether any repository of any registry needs the content. */
export const isContentNeeded = async (transaction: ReadTransaction, digest: string): Promise<boolean> =>
  (await transaction.list(blobLinks, byIndex("content", digest, 1))).length > 0 ||
  (await transaction.list(images, byIndex("content", digest, 1))).length > 0;

export const allLinks = async (transaction: ReadTransaction, after: string | undefined, limit: number) =>
  transaction.list(blobLinks, { limit, ...(after === undefined ? {} : { after }) });

export const removeLink = (transaction: Transaction, link: BlobLink): void =>
  transaction.delete(blobLinks, memberKey(link.repository, link.digest));

export const findUpload = (
  transaction: ReadTransaction,
  repository: string,
  id: string,
): Promise<UploadRecord | undefined> => transaction.get(uploads, memberKey(repository, id));

export const insertUpload = (transaction: Transaction, upload: UploadRecord): void =>
  transaction.insert(uploads, memberKey(upload.repository, upload.id), upload);

export const removeUpload = (transaction: Transaction, repository: string, id: string): void =>
  transaction.delete(uploads, memberKey(repository, id));

export const allUploads = async (transaction: ReadTransaction): Promise<readonly UploadRecord[]> =>
  (await transaction.list(uploads)).map(({ document }) => document);

/** For conditions on tags. */
export const tagsOfRepositoryArn = async (
  store: Store,
  text: string,
): Promise<Readonly<Record<string, string>> | undefined> => {
  const arn = parseArn(text);
  if (arn === undefined || !arn.resource.startsWith("repository/")) return undefined;
  const name = arn.resource.slice("repository/".length);
  return (await store.read((transaction) => findRepository(transaction, arn, name)))?.tags;
};
