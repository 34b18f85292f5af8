import type { Clock, Logger } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { Store } from "../../state/store.ts";
import type { AuthorizationTokens } from "./authorization-token.ts";
import type { BlobStore } from "./blobs/blob-store.ts";
import type { Uploads } from "./blobs/uploads.ts";
import type { Scope } from "./collections.ts";
import type { DownloadTokens } from "./download-token.ts";
import type { UpstreamCache } from "./upstream/upstream-cache.ts";
import type { ReadUpstreamSecret } from "./upstream/upstream-login.ts";

/** What the handlers and controllers of ECR work with. */
export interface EcrDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly blobs: BlobStore;
  readonly uploads: Uploads;
  readonly tokens: AuthorizationTokens;
  readonly downloads: DownloadTokens;
  readonly cache: UpstreamCache;
  readonly readUpstreamSecret: ReadUpstreamSecret;
  /** Host and port under which clients reach the registry, such as `127.0.0.1:4566`. */
  readonly registryHost: () => string;
  /** Why a text is no policy of a resource, or undefined where it is one. */
  readonly policyProblem: (document: string) => string | undefined;
}

/** The registry that a call is about: the caller's own where it names none. */
export const scopeOf = (input: { readonly registryId?: string | undefined }, call: Call): Scope => ({
  accountId: input.registryId ?? call.accountId,
  region: call.region,
});
