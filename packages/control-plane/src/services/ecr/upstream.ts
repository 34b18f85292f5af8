import type { UpstreamCache } from "./dependencies.ts";

/** A registry that is no cache of another. */
export const withoutUpstreams: UpstreamCache = {
  refresh: async () => undefined,
  serveBlob: async () => false,
};
