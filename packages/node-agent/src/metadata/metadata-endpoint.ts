import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { taskEndpointAddress } from "@fleetless/engine";
import type { Clock, ControlPlaneSession, Logger, VpcId, Workload, WorkloadId } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import type { TaskNetwork } from "../network/contract.ts";
import type { ContainerRuntime } from "../runtime/contract.ts";
import type { Answer } from "./answer.ts";
import { TaskStatistics } from "./container-statistics.ts";
import type { MetadataEndpoint, MetadataSubject } from "./contract.ts";
import { type EndpointIds, openEndpointIds } from "./endpoint-ids.ts";
import { RequestLimit } from "./request-limit.ts";
import { TaskRoleCredentials } from "./role-credentials.ts";
import { answerRequest, type KnownTask } from "./routes.ts";

export interface MetadataEndpointOptions {
  readonly session: Pick<ControlPlaneSession, "credentials" | "taskProtection">;
  readonly runtime: Pick<ContainerRuntime, "usage" | "storageUsage">;
  readonly network: Pick<TaskNetwork, "usage" | "faults" | "setFaults">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Keeps the key of the ids in URLs. */
  readonly dataDirectory: string;
  readonly region: string;
  /** Where tasks reach the AWS API, such as `http://169.254.170.2:4566`. */
  readonly apiEndpoint: string;
}

/** The endpoint, and where the data plane brings it the connections that tasks make. */
export interface ServedMetadataEndpoint extends MetadataEndpoint {
  /** A connection to port 80 of 169.254.170.2 from inside the VPC; its source address is known to be true. */
  handleConnection(socket: Socket, vpcId: VpcId): void;
  close(): Promise<void>;
}

const connectionsPerTask = 128;
const idleMilliseconds = 15_000;

const ownerKey = (vpcId: VpcId, address: string): string => `${vpcId} ${address}`;

class LinkLocalMetadataEndpoint implements ServedMetadataEndpoint {
  readonly #options: MetadataEndpointOptions;
  readonly #ids: EndpointIds;
  readonly #tasks = new Map<string, KnownTask>();
  readonly #owners = new Map<WorkloadId, string>();
  readonly #connections = new Map<Socket, string>();
  readonly #perOwner = new Map<string, number>();
  readonly #server: Server;

  constructor(options: MetadataEndpointOptions, ids: EndpointIds) {
    this.#options = options;
    this.#ids = ids;
    this.#server = createServer(
      { headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 8_192 },
      (request, response) => this.#serve(request, response),
    );
  }

  environment(workload: Workload, containerName: string): Readonly<Record<string, string>> {
    const origin = `http://${taskEndpointAddress}`;
    return {
      ECS_AGENT_URI: `${origin}/api/${this.#ids.container(workload.id, containerName)}`,
      ECS_CONTAINER_METADATA_URI_V4: `${origin}/v4/${this.#ids.container(workload.id, containerName)}`,
      ...(workload.taskRoleArn === undefined
        ? {}
        : { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `/v2/credentials/${this.#ids.credentials(workload.id)}` }),
      AWS_REGION: this.#options.region,
      AWS_DEFAULT_REGION: this.#options.region,
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_ENDPOINT_URL: this.#options.apiEndpoint,
    };
  }

  update(subject: MetadataSubject): void {
    const { workload, attached } = subject;
    const { vpcId, privateAddress = attached.linkLocalAddress ?? "" } = workload.networkInterface;
    const owner = ownerKey(vpcId, privateAddress);
    const before = this.#owners.get(workload.id);
    if (before !== undefined && before !== owner) this.forget(workload.id);
    const known = this.#tasks.get(owner);
    if (known?.subject.workload.id === workload.id) {
      known.subject = subject;
      return;
    }
    const { session, runtime, network, clock, logger } = this.#options;
    this.#owners.set(workload.id, owner);
    this.#tasks.set(owner, {
      subject,
      containers: new Map(
        workload.containers.map((container) => [this.#ids.container(workload.id, container.name), container]),
      ),
      credentialsId: workload.taskRoleArn === undefined ? undefined : this.#ids.credentials(workload.id),
      credentials: new TaskRoleCredentials(session, clock, logger, workload.id),
      statistics: new TaskStatistics(runtime, network, clock),
      limit: new RequestLimit(clock),
    });
  }

  forget(workloadId: WorkloadId): void {
    const owner = this.#owners.get(workloadId);
    this.#owners.delete(workloadId);
    // The address may be another task's by now.
    if (owner !== undefined && this.#tasks.get(owner)?.subject.workload.id === workloadId) this.#tasks.delete(owner);
  }

  handleConnection(socket: Socket, vpcId: VpcId): void {
    const owner = ownerKey(vpcId, socket.remoteAddress ?? "");
    const open = this.#perOwner.get(owner) ?? 0;
    if (open >= connectionsPerTask) {
      socket.destroy();
      return;
    }
    this.#perOwner.set(owner, open + 1);
    this.#connections.set(socket, owner);
    socket.once("close", () => {
      this.#connections.delete(socket);
      const left = (this.#perOwner.get(owner) ?? 1) - 1;
      if (left === 0) this.#perOwner.delete(owner);
      else this.#perOwner.set(owner, left);
    });
    socket.setTimeout(idleMilliseconds, () => socket.destroy());
    this.#server.emit("connection", socket);
  }

  async close(): Promise<void> {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const task = this.#tasks.get(this.#connections.get(request.socket) ?? "");
    const send = (answer: Answer): void => {
      const body = JSON.stringify(answer.body);
      response.writeHead(answer.status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        ...answer.headers,
      });
      response.end(body);
    };
    const { runtime, network, clock, session } = this.#options;
    const head = { method: request.method ?? "", path: (request.url ?? "").split("?", 1)[0] ?? "" };
    const answered = bodyOf(request).then((body) => {
      if (body === undefined)
        return { status: 413, body: "Request Entity Too Large", headers: { connection: "close" } };
      return answerRequest({ ...head, body }, task, runtime, { network, session }, clock);
    });
    answered.then(send, (thrown: unknown) => {
      this.#options.logger.warn({ error: messageOf(thrown) }, "a metadata request failed");
      send({ status: 500, body: "the task's state could not be read" });
    });
  }
}

const largestBody = 64 * 1024;

/** Undefined where it is too large. */
const bodyOf = (request: IncomingMessage): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestBody) resolve(undefined);
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
  });

/** Serves task metadata v4 and role credentials; makes the key of its ids where there is none yet. */
export const createMetadataEndpoint = async (options: MetadataEndpointOptions): Promise<ServedMetadataEndpoint> =>
  new LinkLocalMetadataEndpoint(
    options,
    await openEndpointIds(join(options.dataDirectory, "metadata", "endpoint-ids.key")),
  );
