import { mediaTypes } from "@fleetless/oci";
import { isDigest } from "../names.ts";
import { referrersOf, repositoriesIn, requireRepository, tagsIn } from "../repository.ts";
import { DistributionError, unsupported } from "./errors.ts";
import { type DistributionExchange, keyOf, replyJson } from "./exchange.ts";

const largestPage = 1000;

interface Page {
  readonly limit: number;
  readonly after: string | undefined;
}

const pageOf = ({ parameters, message }: DistributionExchange): Page => {
  if (message.method !== "GET") throw unsupported(`${message.method} is not supported on a list`);
  const text = parameters.get("n");
  if (text !== null && !/^\d{1,9}$/.test(text)) {
    throw new DistributionError(400, "PAGINATION_NUMBER_INVALID", "The parameter n is no number");
  }
  const limit = text === null ? largestPage : Math.min(Number(text), largestPage);
  return { limit, after: parameters.get("last") ?? undefined };
};

/** RFC 8288 */
const nextLink = (path: string, page: Page, last: string | undefined): Readonly<Record<string, string>> =>
  last === undefined ? {} : { link: `<${path}?n=${page.limit}&last=${encodeURIComponent(last)}>; rel="next"` };

const read = <Item>(items: readonly Item[], { limit }: Page, nameOf: (item: Item) => string) => {
  const shown = items.slice(0, limit).map(nameOf);
  return { shown, last: items.length > limit && limit > 0 ? shown.at(-1) : undefined };
};

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
export const listTags = async (exchange: DistributionExchange, repository: string): Promise<void> => {
  await exchange.authorise("ListImages", repository);
  const page = pageOf(exchange);
  const found = await exchange.dependencies.store.read(async (transaction) => {
    await requireRepository(transaction, exchange.scope, repository);
    const after = page.after === undefined ? {} : { after: page.after };
    return tagsIn(transaction, keyOf(exchange, repository), { limit: page.limit + 1, ...after });
  });
  const { shown, last } = read(found, page, ({ tag }) => tag);
  replyJson(exchange, { name: repository, tags: shown }, nextLink(`/v2/${repository}/tags/list`, page, last));
};

/** Docker's catalogue of repositories, which the specification has left out. */
export const listRepositories = async (exchange: DistributionExchange): Promise<void> => {
  await exchange.authorise("DescribeRepositories", "*");
  const page = pageOf(exchange);
  const found = await exchange.dependencies.store.read((transaction) =>
    repositoriesIn(transaction, exchange.scope, {
      limit: page.limit + 1,
      ...(page.after === undefined ? {} : { after: page.after }),
    }),
  );
  const { shown, last } = read(found, page, ({ name }) => name);
  replyJson(exchange, { repositories: shown }, nextLink("/v2/_catalog", page, last));
};

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers */
export const listReferrers = async (
  exchange: DistributionExchange,
  repository: string,
  digest: string,
): Promise<void> => {
  await exchange.authorise("ListImageReferrers", repository);
  const page = pageOf(exchange);
  if (!isDigest(digest)) throw new DistributionError(400, "DIGEST_INVALID", `${digest.slice(0, 200)} is no digest`);
  const artifactType = exchange.parameters.get("artifactType");
  const found = await exchange.dependencies.store.read(async (transaction) => {
    await requireRepository(transaction, exchange.scope, repository);
    return referrersOf(transaction, keyOf(exchange, repository), digest);
  });
  const fitting = found.filter(
    (image) =>
      (artifactType === null || image.artifactType === artifactType) &&
      (page.after === undefined || image.digest > page.after),
  );
  const shown = fitting.slice(0, page.limit);
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: shown.map((image) => ({
      mediaType: image.mediaType,
      size: image.manifestSize,
      digest: image.digest,
      ...(image.artifactType === undefined ? {} : { artifactType: image.artifactType }),
      ...(image.annotations === undefined ? {} : { annotations: image.annotations }),
    })),
  };
  const last = fitting.length > shown.length ? shown.at(-1)?.digest : undefined;
  const filter = artifactType === null ? "" : `artifactType=${encodeURIComponent(artifactType)}&`;
  replyJson(exchange, index, {
    "content-type": mediaTypes.ociIndex,
    ...(artifactType === null ? {} : { "oci-filters-applied": "artifactType" }),
    ...(last === undefined
      ? {}
      : { link: `</v2/${repository}/referrers/${digest}?${filter}n=${page.limit}&last=${last}>; rel="next"` }),
  });
};
