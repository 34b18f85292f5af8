import { existsSync, statSync } from "node:fs";
import { BackupError, type ControlPlane } from "@fleetless/control-plane";
import { ServiceError } from "@fleetless/kernel";
import type { NodeAgent } from "@fleetless/node-agent";
import { accountRoutes } from "./account-routes.ts";
import { costRoutes } from "./cost-routes.ts";
import type { Instance } from "./instance.ts";
import { LocalApiError, type LocalRoute } from "./local-api.ts";
import type { ServeOptions } from "./options.ts";
import { packetRoutes } from "./packet-routes.ts";
import { forPeople, pushArchive } from "./push-archive.ts";
import { captureRequestFrom, sessionRequestFrom } from "./session-request.ts";
import { version } from "./version.ts";

export interface LocalRouteDependencies {
  readonly controlPlane: ControlPlane;
  readonly agent: NodeAgent;
  readonly instance: Instance;
  readonly options: ServeOptions;
  readonly endpoint: string;
  readonly startedAt: number;
  /** Begins an orderly end of the process. */
  readonly stop: () => void;
}

const hasPath = (body: unknown): body is { readonly path: string; readonly reference?: unknown } =>
  typeof body === "object" && body !== null && "path" in body && typeof body.path === "string";

const hasReference = (body: unknown): body is { readonly reference: string } =>
  typeof body === "object" && body !== null && "reference" in body && typeof body.reference === "string";

const forCallers = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof ServiceError ? new LocalApiError(thrown.httpStatus, thrown.message) : thrown;
  }
};

/** What `fleetless` asks of the daemon on its own machine. */
export const localRoutes = (dependencies: LocalRouteDependencies): readonly LocalRoute[] => {
  const { controlPlane, agent, instance, options } = dependencies;
  return [
    ...costRoutes(controlPlane.metering),
    ...packetRoutes(controlPlane),
    ...accountRoutes(controlPlane.accounts),
    {
      method: "GET",
      pattern: /^\/status$/,
      answer: async () => ({
        version,
        pid: process.pid,
        endpoint: dependencies.endpoint,
        region: options.region,
        accountId: options.accountId,
        isolation: agent.isolation,
        startedAt: dependencies.startedAt,
        dataDirectory: instance.dataDirectory,
        store: controlPlane.store,
        strict: options.strict,
        tasks: agent.taskCounts(),
      }),
    },
    {
      method: "GET",
      pattern: /^\/root-access-key$/,
      answer: async () => controlPlane.rootAccessKey,
    },
    {
      method: "GET",
      pattern: /^\/tasks\/(?<task>[0-9a-f]{32})\/timeline$/,
      answer: async ({ task = "" }) => {
        const timeline = await controlPlane.timeline(task);
        if (timeline === undefined) throw new LocalApiError(404, `There is no task ${task}`);
        return timeline.steps;
      },
    },
    {
      method: "GET",
      pattern: /^\/tasks\/(?<task>[0-9a-f]{32})\/waits$/,
      answer: async ({ task = "" }) => {
        const timeline = await controlPlane.timeline(task);
        if (timeline === undefined) throw new LocalApiError(404, `There is no task ${task}`);
        return timeline.waits;
      },
    },
    {
      method: "GET",
      pattern: /^\/calls\/(?<request>[0-9a-f-]{36})\/explanation$/,
      answer: async ({ request = "" }) => {
        const explanation = await controlPlane.explainCall(request);
        if (explanation === undefined) throw new LocalApiError(404, `The audit trail has no call ${request}`);
        return explanation;
      },
    },
    {
      method: "GET",
      pattern: /^\/identities\/(?<identity>[^/]+)\/suggested-policy$/,
      answer: async ({ identity = "" }) => {
        const named = decodeURIComponent(identity);
        const suggestion = await controlPlane.suggestPolicy(named);
        if (suggestion === undefined) throw new LocalApiError(404, `There is no role or user ${named}`);
        return suggestion;
      },
    },
    {
      method: "GET",
      pattern: /^\/audit\/verification$/,
      answer: async () => controlPlane.verifyAuditTrail(),
    },
    {
      method: "GET",
      pattern: /^\/images\/imports$/,
      answer: async () => agent.importsUnderWay(),
    },
    {
      method: "POST",
      pattern: /^\/images$/,
      answer: async (_parameters, body) => {
        if (!hasPath(body)) throw new LocalApiError(400, "The body must be {path, reference?}");
        if (!existsSync(body.path)) throw new LocalApiError(404, `There is nothing at ${body.path}`);
        const reference = typeof body.reference === "string" ? body.reference : undefined;
        return { images: await agent.importImage(body.path, reference) };
      },
    },
    {
      method: "POST",
      pattern: /^\/sessions$/,
      answer: async (_parameters, body) => forCallers(() => controlPlane.openSession(sessionRequestFrom(body))),
    },
    {
      method: "POST",
      pattern: /^\/captures$/,
      answer: async (_parameters, body) => forCallers(() => controlPlane.openCapture(captureRequestFrom(body))),
    },
    {
      method: "POST",
      pattern: /^\/registry\/images$/,
      answer: async (_parameters, body) => {
        if (!hasPath(body) || !("name" in body) || typeof body.name !== "string")
          throw new LocalApiError(400, "The body must be {path, name}");
        if (!existsSync(body.path)) throw new LocalApiError(404, `There is nothing at ${body.path}`);
        return await pushArchive(controlPlane.registry, body.path, body.name, instance);
      },
    },
    {
      method: "GET",
      pattern: /^\/images\/warm$/,
      answer: async () => agent.warmImages(),
    },
    {
      method: "POST",
      pattern: /^\/images\/warm$/,
      answer: async (_parameters, body) => {
        if (!hasReference(body)) throw new LocalApiError(400, "The body must be {reference}");
        const access = await forPeople(() => controlPlane.registry.imageAccess(body.reference));
        return await forPeople(() => agent.warmImage(body.reference, access));
      },
    },
    {
      method: "POST",
      pattern: /^\/backup$/,
      answer: async (_parameters, body) => {
        if (!hasPath(body)) throw new LocalApiError(400, "The body must be {path, withKey?}");
        try {
          await controlPlane.backUp(body.path, "withKey" in body && body.withKey === true);
        } catch (thrown) {
          throw thrown instanceof BackupError ? new LocalApiError(409, thrown.message) : thrown;
        }
        return { path: body.path, bytes: statSync(body.path).size };
      },
    },
    {
      method: "POST",
      pattern: /^\/stop$/,
      answer: async () => {
        setImmediate(dependencies.stop);
        return {};
      },
    },
  ];
};
