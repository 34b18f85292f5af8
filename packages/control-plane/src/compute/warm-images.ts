import { createHash } from "node:crypto";
import type { Clock, ImageAccess, NodeId, SessionResult, WarmImage, WarmImages } from "@fleetless/kernel";
import { currentDigest, registryImageChangedBy } from "../services/ecr/service.ts";
import { FeedTruncatedError, type ReadTransaction, type Store, type Transaction } from "../state/store.ts";
import { nodes, type WarmImageRecord, type WarmImagesRecord, warmImages } from "./collections.ts";
import { nextCommit } from "./next-commit.ts";
import { accessImage, type WorkloadImageDependencies } from "./workload-images.ts";
import { rolePrincipal } from "./workload-principal.ts";
import { refuse } from "./workload-roles.ts";

/** How many images a node keeps ready ahead of their use. */
const maximumOfNode = 100;
/** For how long changes are gathered before they are looked at, in milliseconds: nobody waits for the list. */
const gatherMilliseconds = 500;
/** How long a node waits for news before it gets the same list again, in milliseconds. */
const longestWait = 20_000;
const pageSize = 1_000;
/** In place of a task's id in the session's name: who looks at the audit trail sees that no task pulled. */
const sessionName = "image-warming";

export interface WantedImages {
  readonly accountId: string;
  readonly region: string;
  /** The most wanted first. */
  readonly images: readonly Omit<WarmImageRecord, "id">[];
}

/** Wants images ready on every node, in place of those that the same owner wanted before; none where undefined. */
export const wantImages = async (
  transaction: Transaction,
  owner: string,
  wanted: WantedImages | undefined,
): Promise<void> => {
  const before = await transaction.get(warmImages, owner);
  if (wanted === undefined || wanted.images.length === 0) {
    if (before !== undefined) transaction.delete(warmImages, owner);
    return;
  }
  const { accountId, region } = wanted;
  const after: WarmImagesRecord = {
    accountId,
    region,
    images: wanted.images.map((image) => ({ id: idOf(accountId, region, image), ...image })),
  };
  if (JSON.stringify(before) !== JSON.stringify(after)) transaction.put(warmImages, owner, after);
};

const idOf = (accountId: string, region: string, image: Omit<WarmImageRecord, "id">): string =>
  createHash("sha256")
    .update(JSON.stringify([accountId, region, image.reference, image.executionRoleArn, image.repositoryCredentials]))
    .digest("hex")
    .slice(0, 32);

export interface WarmImageDependencies extends WorkloadImageDependencies {
  readonly store: Store;
  readonly clock: Clock;
}

/** One of each owner's in turn, so that no owner's long list keeps out the others'. */
const inTurn = <Item>(lists: readonly (readonly Item[])[]): readonly Item[] => {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list.slice(place, place + 1))).flat();
};

const readList = async (
  { registry }: WarmImageDependencies,
  transaction: ReadTransaction,
  node: NodeId,
): Promise<WarmImages> => {
  const architecture = (await transaction.get(nodes, node))?.description.architecture;
  const owners = await transaction.list(warmImages);
  const all = inTurn(
    owners.map(({ document: { images, accountId, region } }) =>
      images.filter((image) => image.architecture === architecture).map((image) => ({ ...image, accountId, region })),
    ),
  );
  const chosen = [...new Map(all.map((image) => [image.id, image])).values()].slice(0, maximumOfNode);
  const images: WarmImage[] = [];
  for (const { id, reference, accountId, region } of chosen) {
    const own = { accountId, region, registryHost: registry.registryHost() };
    const digest = await currentDigest(transaction, reference, own);
    images.push({ id, reference, ...(digest === undefined ? {} : { digest }) });
  }
  return { version: createHash("sha256").update(JSON.stringify(images)).digest("hex"), images };
};

/** The images that a node is to have ready, as soon as the list is another than that of `version`. */
export const readWarmImages = async (
  dependencies: WarmImageDependencies,
  node: NodeId,
  version: string | undefined,
  signal: AbortSignal,
): Promise<WarmImages> => {
  const { store, clock } = dependencies;
  const until = clock.now() + longestWait;
  for (;;) {
    signal.throwIfAborted();
    const position = await store.latestSequence();
    const list = await store.read((transaction) => readList(dependencies, transaction, node));
    if (list.version !== version || clock.now() >= until) return list;
    await untilChanged(dependencies, position, until, signal);
  }
};

/** Resolves once something has changed that may alter the list, or when the time is over. */
const untilChanged = async (
  { store, clock }: WarmImageDependencies,
  after: number,
  until: number,
  signal: AbortSignal,
): Promise<void> => {
  for (let position = after; clock.now() < until; ) {
    const commit = nextCommit({ store, clock }, until - clock.now(), signal);
    try {
      if ((await store.latestSequence()) === position) await commit.woken;
      await clock.sleep(gatherMilliseconds, signal);
      for (let more = true; more; ) {
        const changes = await store.changes(position, pageSize);
        if (changes.some((change) => change.collection === warmImages.name || registryImageChangedBy(change))) return;
        position = changes.at(-1)?.sequence ?? position;
        more = changes.length === pageSize;
      }
    } catch (thrown) {
      if (thrown instanceof FeedTruncatedError) return;
      throw thrown;
    } finally {
      commit.stop();
    }
  }
};

/** How a node gets an image that it is to have ready, under the execution role that would pull it for a task. */
export const accessWarmImage = async (
  dependencies: WarmImageDependencies,
  id: string,
): Promise<SessionResult<ImageAccess>> => {
  const request = await dependencies.store.read(async (transaction) => {
    const [owner] = await transaction.list(warmImages, { index: { name: "image", value: id }, limit: 1 });
    const image = owner?.document.images.find((candidate) => candidate.id === id);
    if (owner === undefined || image === undefined) return undefined;
    const { accountId, region } = owner.document;
    const { reference, executionRoleArn, repositoryCredentials } = image;
    const principal = await rolePrincipal(transaction, { accountId, region }, executionRoleArn, sessionName);
    return { accountId, region, image: reference, executionRoleArn, repositoryCredentials, principal };
  });
  if (request === undefined) return refuse("CannotPullContainerError", "The image is not wanted any more.");
  return await accessImage(dependencies, request);
};
