import type { Clock, ContainerSpec } from "@fleetless/kernel";
import type { ContainerRuntime } from "../runtime/contract.ts";
import { type AgentApiPorts, answerAgentApi } from "./agent-api.ts";
import type { Answer } from "./answer.ts";
import type { TaskStatistics } from "./container-statistics.ts";
import type { MetadataSubject } from "./contract.ts";
import type { RequestLimit } from "./request-limit.ts";
import type { TaskRoleCredentials } from "./role-credentials.ts";
import { containerView, taskView } from "./task-view.ts";

/** A task as the endpoint knows it; only requests from its own address are answered from it. */
export interface KnownTask {
  subject: MetadataSubject;
  /** By the id in the container's metadata URL. */
  readonly containers: ReadonlyMap<string, ContainerSpec>;
  /** Undefined where the task has no role. */
  readonly credentialsId: string | undefined;
  readonly credentials: TaskRoleCredentials;
  readonly statistics: TaskStatistics;
  readonly limit: RequestLimit;
}

const failure = (status: number, code: string, message: string): Answer => ({ status, body: { code, message } });

const noIdInRequest = failure(400, "NoIdInRequest", "CredentialsV2Request: No ID in the request");
const invalidIdInRequest = failure(400, "InvalidIdInRequest", "CredentialsV2Request: ID not found");
const credentialsUninitialized = failure(
  503,
  "CredentialsUninitialized",
  "CredentialsV2Request: Credentials uninitialized for ID",
);
const notFound: Answer = { status: 404, body: "404 page not found" };
const unknownContainer: Answer = {
  status: 404,
  body: "V4 metadata handler: unable to get container ID from request: no task with this id at this address",
};
const tooManyRequests: Answer = { status: 429, body: "Too Many Requests" };

const answerCredentials = async (id: string | undefined, task: KnownTask | undefined): Promise<Answer> => {
  if (id === undefined || id === "") return noIdInRequest;
  if (task?.credentialsId === undefined || task.credentialsId !== id) return invalidIdInRequest;
  const credentials = await task.credentials.get();
  if (credentials === undefined) return credentialsUninitialized;
  return {
    status: 200,
    body: {
      RoleArn: credentials.roleArn,
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
      Expiration: new Date(credentials.expiration).toISOString().replace(/\.\d{3}Z$/, "Z"),
    },
    headers: { "cache-control": "no-store" },
  };
};

const answerMetadata = async (
  route: string,
  container: ContainerSpec,
  task: KnownTask,
  runtime: Pick<ContainerRuntime, "storageUsage">,
  clock: Clock,
): Promise<Answer> => {
  const { subject, statistics } = task;
  const view = async (): Promise<Readonly<Record<string, unknown>>> =>
    taskView(subject, await runtime.storageUsage(subject.workload.id), clock.now());
  switch (route) {
    case "":
      return { status: 200, body: containerView(subject, container) };
    case "task":
      return { status: 200, body: await view() };
    case "taskWithTags":
      return { status: 200, body: { ...(await view()), TaskTags: subject.workload.metadata.tags } };
    case "stats":
      return { status: 200, body: await statistics.container(subject, container.name) };
    case "task/stats": {
      const entries = subject.status.containers.flatMap(({ name, runtimeId }) =>
        runtimeId === undefined ? [] : [statistics.container(subject, name).then((each) => [runtimeId, each] as const)],
      );
      return { status: 200, body: Object.fromEntries(await Promise.all(entries)) };
    }
    default:
      return notFound;
  }
};

/**
 * Answers one request of the task that the connection comes from, or of an address that is no task's. An id
 * that is another task's is answered like one that does not exist.
 */
export const answerRequest = async (
  request: { readonly method: string; readonly path: string; readonly body: string },
  task: KnownTask | undefined,
  runtime: Pick<ContainerRuntime, "storageUsage">,
  ports: AgentApiPorts,
  clock: Clock,
): Promise<Answer> => {
  if (task !== undefined && !task.limit.allows()) return tooManyRequests;
  const agentApi = /^\/api\/([0-9a-f]{1,128})\/(.+)$/.exec(request.path);
  if (agentApi?.[1] !== undefined && agentApi[2] !== undefined) {
    const workload = task?.containers.has(agentApi[1]) ? task.subject.workload : undefined;
    return answerAgentApi({ ...request, path: agentApi[2] }, workload, ports);
  }
  if (request.method !== "GET") {
    return { status: 405, body: "Method Not Allowed", headers: { allow: "GET" } };
  }
  const [version, first, ...rest] = request.path.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (version === "v2" && first === "credentials" && rest.length <= 1) return answerCredentials(rest[0], task);
  if (version !== "v4" || first === undefined) return notFound;
  const container = task?.containers.get(first);
  if (task === undefined || container === undefined) return unknownContainer;
  return answerMetadata(rest.join("/"), container, task, runtime, clock);
};
