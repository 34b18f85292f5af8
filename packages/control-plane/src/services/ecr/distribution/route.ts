import { isRepositoryName } from "../names.ts";
import { DistributionError } from "./errors.ts";

/** What a path of the distribution API names. */
export type Route =
  | { readonly kind: "base" }
  | { readonly kind: "catalogue" }
  | { readonly kind: "tags"; readonly repository: string }
  | { readonly kind: "manifest"; readonly repository: string; readonly reference: string }
  | { readonly kind: "blob"; readonly repository: string; readonly digest: string }
  | { readonly kind: "uploads"; readonly repository: string }
  | { readonly kind: "upload"; readonly repository: string; readonly id: string }
  | { readonly kind: "referrers"; readonly repository: string; readonly digest: string };

const patterns: readonly [RegExp, (repository: string, last: string) => Route][] = [
  [/^\/v2\/(.+)\/tags\/list$/, (repository) => ({ kind: "tags", repository })],
  [/^\/v2\/(.+)\/manifests\/([^/]+)$/, (repository, reference) => ({ kind: "manifest", repository, reference })],
  [/^\/v2\/(.+)\/blobs\/uploads\/?$/, (repository) => ({ kind: "uploads", repository })],
  [/^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, (repository, id) => ({ kind: "upload", repository, id })],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, (repository, digest) => ({ kind: "blob", repository, digest })],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, (repository, digest) => ({ kind: "referrers", repository, digest })],
];

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new DistributionError(400, "NAME_INVALID", "The path is not encoded as a URL");
  }
};

/** Throws DistributionError. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints */
export const routeOf = (path: string): Route => {
  if (path === "/v2" || path === "/v2/") return { kind: "base" };
  if (path === "/v2/_catalog") return { kind: "catalogue" };
  const text = decoded(path);
  for (const [pattern, make] of patterns) {
    const [, repository = "", last = ""] = pattern.exec(text) ?? [];
    if (repository === "") continue;
    if (!isRepositoryName(repository)) {
      throw new DistributionError(400, "NAME_INVALID", `Invalid repository name: ${repository.slice(0, 300)}`);
    }
    return make(repository, last);
  }
  throw new DistributionError(404, "UNSUPPORTED", `There is no ${text.slice(0, 300)} in the distribution API`);
};
