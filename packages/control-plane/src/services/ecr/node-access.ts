import type { Clock, ImageAccess, Region } from "@fleetless/kernel";
import type { Principal } from "../../gateway/call.ts";
import type { RequiredPermission } from "../../gateway/operation.ts";
import { repositoryKey, type Scope } from "./collections.ts";
import type { EcrDependencies } from "./dependencies.ts";
import { type ImageId, lookUpImage } from "./images/find-image.ts";
import { recordPull } from "./images/record-pull.ts";
import { isDigest, isRepositoryName, isTag } from "./names.ts";
import { repositoryPermission } from "./permissions.ts";
import { findRepository } from "./repository.ts";

/** An image of this registry as a task definition names it. */
export interface RegistryReference {
  readonly scope: Scope;
  readonly repository: string;
  readonly id: ImageId;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`. */
  readonly name: string;
}

const awsHost = /^(\d{12})\.dkr[.-]ecr\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/;
const loopbackHost = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/;

/** Whether a reference has the form of a private ECR registry of AWS. */
export const isAwsRegistryForm = (reference: string): boolean => awsHost.test(reference.split("/")[0] ?? "");

/**
 * The image of our registry that a reference names, either as repositoryUri has it or as AWS does; undefined where
 * it is another registry's, or malformed.
 */
export const readRegistryReference = (
  reference: string,
  own: { readonly accountId: string; readonly region: string; readonly registryHost: string },
): RegistryReference | undefined => {
  const slash = reference.indexOf("/");
  const host = reference.slice(0, Math.max(0, slash));
  const scope = scopeOfHost(host, own);
  if (scope === undefined) return undefined;
  const [named = "", digest] = reference.slice(slash + 1).split("@");
  const colon = named.lastIndexOf(":");
  const repository = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? (digest === undefined ? "latest" : undefined) : named.slice(colon + 1);
  if (!isRepositoryName(repository)) return undefined;
  if (tag !== undefined && !isTag(tag)) return undefined;
  if (digest !== undefined && !isDigest(digest)) return undefined;
  const path = `${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
  return {
    scope,
    repository,
    // Docker takes the digest alone where both are given.
    id: digest === undefined ? { tag } : { digest },
    name: `${scope.accountId}.dkr.ecr.${scope.region}.amazonaws.com/${path}`,
  };
};

const scopeOfHost = (
  host: string,
  own: { readonly accountId: string; readonly region: string; readonly registryHost: string },
): Scope | undefined => {
  const aws = awsHost.exec(host);
  if (aws !== null) {
    const [, accountId = "", region = ""] = aws;
    return accountId === own.accountId ? { accountId, region } : undefined;
  }
  const { accountId, region, registryHost } = own;
  if (host === registryHost) return { accountId, region };
  const port = loopbackHost.exec(host)?.[1];
  return port !== undefined && loopbackHost.exec(registryHost)?.[1] === port ? { accountId, region } : undefined;
};

/** What a pull needs: the login, then the image and its layers, with the repository's own policy. */
export const permissionsToPull = async (
  dependencies: Pick<EcrDependencies, "store" | "cache">,
  { scope, repository, id }: RegistryReference,
): Promise<{ readonly login: RequiredPermission; readonly pull: readonly RequiredPermission[] }> => ({
  login: { action: "ecr:GetAuthorizationToken", resources: ["*"] },
  pull: [
    await repositoryPermission("BatchGetImage", scope, repository, dependencies.store),
    await repositoryPermission("GetDownloadUrlForLayer", scope, repository, dependencies.store),
    ...((await dependencies.cache.isStale(scope, repository, id))
      ? [await repositoryPermission("BatchImportUpstreamImage", scope, repository, dependencies.store)]
      : []),
  ],
});

/** How a node gets the image, for a principal that may pull it; undefined where there is no such image. */
export const accessForNode = async (
  dependencies: EcrDependencies & { readonly clock: Clock },
  reference: RegistryReference,
  bearer: { readonly principal: Principal; readonly region: Region },
): Promise<(ImageAccess & { readonly kind: "registry" }) | undefined> => {
  const { store, blobs, cache, tokens, registryHost } = dependencies;
  const { scope, repository, id, name } = reference;
  await cache.refresh(scope, repository, id);
  const found = await store.read(async (transaction) =>
    (await findRepository(transaction, scope, repository)) === undefined
      ? undefined
      : lookUpImage(transaction, repositoryKey(scope, repository), id),
  );
  if (found?.kind !== "found") return undefined;
  await recordPull(dependencies, found.image);
  const { password } = tokens.issue({ ...bearer, accessKeyId: nodeKey });
  return {
    kind: "registry",
    name,
    target: { mediaType: found.image.mediaType, digest: found.image.digest, size: found.image.manifestSize },
    repository,
    host: registryHost(),
    login: { username: "AWS", password },
    blobDirectory: blobs.directory,
  };
};

/** Stands in a token for the key that its bearer has none of: a session's, which is not looked up. */
const nodeKey = "ASIA-NODE";
