import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, blobPath, ManualClock, region, silentLogger } from "@fleetless/kernel";
import { createAuditSink } from "../../../audit/audit-sink.ts";
import { createAuthoriser } from "../../../authorisation/authoriser.ts";
import { createEcrDependencies } from "../../../composition/ecr.ts";
import { createSecretServices } from "../../../composition/secret-services.ts";
import { createSecretSealer } from "../../../credentials/sealing.ts";
import type { Call } from "../../../gateway/call.ts";
import type { Operation } from "../../../gateway/operation.ts";
import { openSqliteStore } from "../../../state/sqlite/open.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { createRepository } from "../handlers/create-repository.ts";
import { storeImage } from "../images/store-image.ts";

export const scope = { accountId: accountId("123456789012"), region: region("us-east-1") };

export const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

export interface World {
  readonly clock: ManualClock;
  readonly dependencies: EcrDependencies;
  readonly call: Call;
  invoke<Input, Output>(operation: Operation<EcrDependencies, Input, Output>, input: Input): Promise<Output>;
  pushLayer(repositoryName: string, text: string): Promise<string>;
  /** Pushes an image of text layers; answers its digest. */
  pushImage(repositoryName: string, tag: string | undefined, layers: readonly string[], more?: object): Promise<string>;
  /** Whether the blob of a text is on disk. */
  isOnDisk(text: string): boolean;
  close(): Promise<void>;
}

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

const descriptorOf = (text: string) => ({
  mediaType: "application/vnd.oci.image.layer.v1.tar",
  digest: digestOf(text),
  size: Buffer.byteLength(text),
});

/** ECR on a real store and real files in a directory of its own, with the repository `app`. */
export const createWorld = async (): Promise<World> => {
  const directory = await mkdtemp(join(tmpdir(), "fleetless-ecr-"));
  const clock = new ManualClock();
  const logger = silentLogger;
  const store = await openSqliteStore({ path: join(directory, "state.db"), logger, clock });
  const sealer = createSecretSealer(randomBytes(32));
  const authoriser = createAuthoriser(store);
  const { secretReader, secretValues } = createSecretServices({
    store,
    clock,
    logger,
    sealer,
    authoriser,
    audit: createAuditSink({ records: store.auditRecords, logger, chainKey: randomBytes(32) }),
    region: scope.region,
  });
  const dependencies = createEcrDependencies({
    store,
    clock,
    logger,
    sealer,
    secretReader,
    dataDirectory: directory,
    registryHost: () => "127.0.0.1:4566",
  });
  const call: Call = {
    ...scope,
    requestId: "request",
    principal: { kind: "root", accountId: scope.accountId, arn: "arn:aws:iam::123456789012:root", userId: "root" },
    accessKeyId: "test",
    sourceAddress: "127.0.0.1",
    userAgent: "test",
    host: "127.0.0.1:4566",
    clock,
  };
  const pushLayer = async (repositoryName: string, text: string): Promise<string> => {
    const { uploads } = dependencies;
    const place = { scope, repositoryName, uploadId: await uploads.start(scope, repositoryName) };
    await uploads.append(place, once(text), 0);
    await uploads.finish(place, digestOf(text), true);
    return digestOf(text);
  };
  const world: World = {
    clock,
    dependencies,
    call,
    invoke: (operation, input) => operation.handle(input, call, dependencies),
    pushLayer,
    pushImage: async (repositoryName, tag, layers, more = {}) => {
      for (const text of ["{}", ...layers]) await pushLayer(repositoryName, text);
      const config = { ...descriptorOf("{}"), mediaType: "application/vnd.oci.image.config.v1+json" };
      const manifest = { schemaVersion: 2, config, layers: layers.map(descriptorOf), ...more };
      const { image } = await storeImage(dependencies, {
        scope,
        repositoryName,
        manifest: Buffer.from(JSON.stringify(manifest)),
        tag,
        refuseExisting: false,
      });
      return image.digest;
    },
    isOnDisk: (text) => existsSync(blobPath(dependencies.blobs.directory, digestOf(text))),
    close: async () => {
      secretValues.close();
      authoriser.close();
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
  await world.invoke(createRepository, { repositoryName: "app" });
  return world;
};
