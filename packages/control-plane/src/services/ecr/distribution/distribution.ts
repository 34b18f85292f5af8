import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "@fleetless/kernel";
import type { Call } from "../../../gateway/call.ts";
import { globalConditionKeys } from "../../../gateway/condition-keys.ts";
import type { Caller } from "../../../gateway/exchange.ts";
import { throughEndpoint } from "../../../gateway/operation.ts";
import type { AccessKeys, AuditSink, Authoriser, Decision } from "../../../gateway/ports.ts";
import { withResourceTags } from "../../../gateway/resource-tags.ts";
import type { StreamingDoor } from "../../../gateway/streaming-door.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { repositoryPermission } from "../permissions.ts";
import { tagsOfRepositoryArn } from "../repository.ts";
import { authenticate } from "./authenticate.ts";
import { serveBlob, serveDownload } from "./blobs.ts";
import { DistributionError, distributionErrorOf, unsupported } from "./errors.ts";
import { type DistributionExchange, reply } from "./exchange.ts";
import { listReferrers, listRepositories, listTags } from "./listings.ts";
import { serveManifest } from "./manifests.ts";
import { type Route, routeOf } from "./route.ts";
import { serveUpload, startUpload } from "./uploads.ts";

export interface DistributionDependencies {
  readonly ecr: EcrDependencies;
  readonly accessKeys: AccessKeys;
  readonly authoriser: Authoriser;
  readonly audit: AuditSink;
}

/** Marks the URL of a layer's download. */
export const downloadParameter = "X-Fleetless-Download";

/** A body of which no more than this is left is read to its end, so that the client gets to read the answer. */
const drainLimit = 1024 * 1024;

const isPathOfRegistry = (url: string): boolean => url === "/v2" || url.startsWith("/v2/") || url.startsWith("/v2?");

/**
 * The OCI distribution API, so that docker, skopeo, buildah and podman push and pull.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export const createDistribution = (dependencies: DistributionDependencies): StreamingDoor => ({
  // A service of AWS's may have such a path too; its requests are signed.
  accepts: ({ url = "", headers }) =>
    isPathOfRegistry(url) && !/^AWS4-/.test(headers.authorization ?? "") && !url.includes("X-Amz-Signature="),
  serve: (message, response, caller) => serve(message, response, caller, dependencies),
});

const serve = async (
  message: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  dependencies: DistributionDependencies,
): Promise<void> => {
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  try {
    const url = new URL(message.url ?? "/", "http://registry");
    const route = routeOf(url.pathname);
    const download = url.searchParams.get(downloadParameter);
    const common = { message, response, parameters: url.searchParams, dependencies: dependencies.ecr };
    if (route.kind === "blob" && download !== null) return await serveDownload(common, route.digest, download);
    const call = await authenticate(message, caller, dependencies.ecr, dependencies.accessKeys);
    const scope = { accountId: call.accountId, region: call.region };
    await dispatch(route, { ...common, call, scope, ...permissionsOf(call, dependencies) });
  } catch (thrown) {
    answerFailure(message, response, thrown, dependencies);
  }
};

const dispatch = async (route: Route, exchange: DistributionExchange): Promise<void> => {
  switch (route.kind) {
    case "base":
      if (exchange.message.method !== "GET" && exchange.message.method !== "HEAD") throw unsupported("Use GET");
      return reply(exchange, 200, { "content-type": "application/json" });
    case "catalogue":
      return await listRepositories(exchange);
    case "tags":
      return await listTags(exchange, route.repository);
    case "manifest":
      return await serveManifest(exchange, route.repository, route.reference);
    case "blob":
      return await serveBlob(exchange, route.repository, route.digest);
    case "uploads":
      return await startUpload(exchange, route.repository);
    case "upload":
      return await serveUpload(exchange, route.repository, route.id);
    case "referrers":
      return await listReferrers(exchange, route.repository, route.digest);
  }
};

type Permissions = Pick<DistributionExchange, "authorise" | "isAllowed">;

const permissionsOf = (call: Call, { ecr, authoriser, audit }: DistributionDependencies): Permissions => {
  const decide = async (action: string, repository: string): Promise<Decision> => {
    const scope = { accountId: call.accountId, region: call.region };
    const needed = throughEndpoint([await repositoryPermission(action, scope, repository, ecr.store)], call.endpoint);
    const tagged =
      call.principal.kind === "root"
        ? needed
        : await withResourceTags(needed, () => (arn) => tagsOfRepositoryArn(ecr.store, arn));
    return authoriser.decide(call.principal, tagged, globalConditionKeys(call));
  };
  const record = (action: string, repository: string, denial: string | undefined): void =>
    audit.record({
      eventId: randomUUID(),
      requestId: call.requestId,
      at: ecr.clock.now(),
      service: "ecr",
      operation: action,
      readOnly: reading.test(action),
      region: call.region,
      accountId: call.accountId,
      principal: call.principal,
      accessKeyId: call.accessKeyId,
      sourceAddress: call.sourceAddress,
      vpcEndpointId: call.endpoint?.endpointId,
      userAgent: call.userAgent,
      requestParameters: { registryId: call.accountId, repositoryName: repository },
      responseElements: undefined,
      errorCode: denial === undefined ? undefined : "AccessDenied",
      errorMessage: denial,
    });
  return {
    authorise: async (action, repository) => {
      const decision = await decide(action, repository);
      const denial =
        decision.kind === "allowed"
          ? undefined
          : `User: ${call.principal.arn} is not authorized to perform: ${decision.permission.action} on resource: ${decision.resource} ${decision.because}`;
      record(action, repository, denial);
      if (denial !== undefined) throw new DistributionError(403, "DENIED", denial);
    },
    isAllowed: async (action, repository) => (await decide(action, repository)).kind === "allowed",
  };
};

const reading = /^(Batch(Get|Check)|Get|List|Describe)/;

const answerFailure = (
  message: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  { ecr }: DistributionDependencies,
): void => {
  const isBroken = message.destroyed && !message.complete;
  if (response.headersSent || isBroken) {
    ecr.logger.debug({ path: message.url, error: messageOf(thrown) }, "a transfer of the registry broke off");
    response.destroy();
    return;
  }
  const known = distributionErrorOf(thrown);
  if (known === undefined) {
    const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    ecr.logger.error({ path: message.url, error }, "a request to the registry failed with an internal error");
  }
  const failure = known ?? new DistributionError(500, "UNKNOWN", "The registry failed; its log says why");
  const body = JSON.stringify({ errors: [{ code: failure.code, message: failure.message }] });
  const unread = message.complete ? 0 : Number(message.headers["content-length"] ?? Number.POSITIVE_INFINITY);
  const hasBody = message.headers["content-length"] !== undefined || message.headers["transfer-encoding"] !== undefined;
  response.writeHead(failure.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...failure.headers,
    ...(hasBody && unread > drainLimit ? { connection: "close" } : {}),
  });
  response.end(message.method === "HEAD" ? undefined : body);
};
