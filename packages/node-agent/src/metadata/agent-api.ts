import type { ControlPlaneSession, TaskProtectionChange, Workload } from "@fleetless/kernel";
import { answerFault, type NetworkFaults } from "../faults/fault-api.ts";
import type { Answer } from "./answer.ts";

export interface AgentApiPorts {
  readonly session: Pick<ControlPlaneSession, "taskProtection">;
  readonly network: NetworkFaults;
}

interface AgentRequest {
  readonly method: string;
  /** What follows `${ECS_AGENT_URI}/`. */
  readonly path: string;
  readonly body: string;
}

const notFound: Answer = { status: 404, body: "404 page not found" };
const notAllowed = (allow: string): Answer => ({ status: 405, body: "Method Not Allowed", headers: { allow } });
const protectionError = (status: number, arn: string, code: string, message: string): Answer => ({
  status,
  body: { error: { ...(arn === "" ? {} : { Arn: arn }), Code: code, Message: message } },
});

/** `${ECS_AGENT_URI}` of a container; `workload` is undefined where it is not the caller's own. */
export const answerAgentApi = async (
  request: AgentRequest,
  workload: Workload | undefined,
  ports: AgentApiPorts,
): Promise<Answer> => {
  const [area, version, ...rest] = request.path.split("/");
  if (version !== "v1") return notFound;
  if (area === "fault") return answerFaultRequest(request, rest, workload, ports);
  if (area === "task-protection" && rest.join("/") === "state") return answerProtection(request, workload, ports);
  return notFound;
};

const answerFaultRequest = async (
  request: AgentRequest,
  path: readonly string[],
  workload: Workload | undefined,
  { network }: AgentApiPorts,
): Promise<Answer> => {
  if (request.method !== "POST") return notAllowed("POST");
  if (workload === undefined) return { status: 404, body: { Error: "unable to lookup container" } };
  if (workload.faultInjection !== true) {
    return { status: 400, body: { Error: `enableFaultInjection is not enabled for task: ${workload.arn}` } };
  }
  return (await answerFault(path, request.body, workload.id, network)) ?? notFound;
};

/** Undefined where it is not what ECS's agent takes: `{"ProtectionEnabled": true, "ExpiresInMinutes": 60}`. */
const changeFrom = (text: string): Partial<TaskProtectionChange> | undefined => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== "object" || body === null) return undefined;
  const entries = new Map<string, unknown>(Object.entries(body));
  const [enabled, minutes] = [entries.get("ProtectionEnabled"), entries.get("ExpiresInMinutes") ?? undefined];
  if ([...entries.keys()].some((key) => key !== "ProtectionEnabled" && key !== "ExpiresInMinutes")) return undefined;
  if (enabled !== undefined && typeof enabled !== "boolean") return undefined;
  if (minutes !== undefined && typeof minutes !== "number") return undefined;
  return {
    ...(enabled === undefined ? {} : { protectionEnabled: enabled }),
    ...(minutes === undefined ? {} : { expiresInMinutes: minutes }),
  };
};

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html */
const answerProtection = async (
  { method, body }: AgentRequest,
  workload: Workload | undefined,
  { session }: AgentApiPorts,
): Promise<Answer> => {
  if (method !== "GET" && method !== "PUT") return notAllowed("GET, PUT");
  const given = method === "PUT" ? changeFrom(body) : {};
  if (given === undefined) {
    return protectionError(400, "", "InvalidParameterException", "UpdateTaskProtection: failed to decode request");
  }
  if (workload === undefined) {
    return protectionError(404, "", "ResourceNotFoundException", "Failed to find a task for the request");
  }
  const { arn } = workload;
  const { protectionEnabled } = given;
  if (method === "PUT" && protectionEnabled === undefined) {
    const message = "Invalid request: does not contain 'ProtectionEnabled' field";
    return protectionError(400, arn, "InvalidParameterException", message);
  }
  const change = protectionEnabled === undefined ? undefined : { ...given, protectionEnabled };
  const result = await session.taskProtection(workload.id, change);
  if (!result.ok) {
    const { code, message } = result.refusal;
    if (code === "TASK_NOT_VALID" || code === "MISSING")
      return { status: 200, body: { failure: { Arn: arn, Reason: code } } };
    return protectionError(code === "AccessDeniedException" ? 403 : 400, arn, code, message);
  }
  const { expiresAt, protectionEnabled: ProtectionEnabled } = result.value;
  const ExpirationDate = expiresAt === undefined ? {} : { ExpirationDate: new Date(expiresAt).toISOString() };
  return { status: 200, body: { protection: { ...ExpirationDate, ProtectionEnabled, TaskArn: arn } } };
};
