import { join } from "node:path";
import { type Clock, type Logger, messageOf } from "@fleetless/kernel";
import { parsePolicy } from "../authorisation/parse-policy.ts";
import type { SecretSealer } from "../credentials/sealing.ts";
import {
  AuthorizationTokens,
  BlobStore,
  DownloadTokens,
  type EcrDependencies,
  Uploads,
  UpstreamCache,
} from "../services/ecr/service.ts";
import type { SecretReader } from "../services/secretsmanager/service.ts";
import type { Store } from "../state/store.ts";
import { createUpstreamSecrets } from "./upstream-secrets.ts";

export interface EcrOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sealer: SecretSealer;
  readonly secretReader: SecretReader;
  /** Of the instance; the registry keeps its blobs in a directory of its own below it. */
  readonly dataDirectory: string;
  /** Host and port under which docker and the nodes reach the registry. */
  readonly registryHost: () => string;
}

/** What ECR needs: where its blobs are, and how its tokens are sealed. */
export const createEcrDependencies = ({
  store,
  clock,
  logger,
  sealer,
  secretReader,
  dataDirectory,
  registryHost,
}: EcrOptions): EcrDependencies => {
  const readUpstreamSecret = createUpstreamSecrets(secretReader, clock);
  const blobs = new BlobStore(join(dataDirectory, "registry"));
  return {
    store,
    clock,
    logger,
    blobs,
    uploads: new Uploads({ store, blobs, clock }),
    tokens: new AuthorizationTokens(sealer, clock),
    downloads: new DownloadTokens(sealer, clock),
    cache: new UpstreamCache({ store, blobs, clock, logger, readUpstreamSecret }),
    readUpstreamSecret,
    registryHost,
    policyProblem: (document) => {
      try {
        parsePolicy(document, "resource");
        return undefined;
      } catch (thrown) {
        return messageOf(thrown);
      }
    },
  };
};
