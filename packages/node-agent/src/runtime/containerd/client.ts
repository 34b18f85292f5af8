import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const fullNames = {
  Containers: "containerd.services.containers.v1.Containers",
  Tasks: "containerd.services.tasks.v1.Tasks",
  Content: "containerd.services.content.v1.Content",
  Diff: "containerd.services.diff.v1.Diff",
  Snapshots: "containerd.services.snapshots.v1.Snapshots",
  Images: "containerd.services.images.v1.Images",
  Leases: "containerd.services.leases.v1.Leases",
  Events: "containerd.services.events.v1.Events",
  Version: "containerd.services.version.v1.Version",
} as const;
export type ContainerdService = keyof typeof fullNames;

type Method = MethodDefinition<object, object>;

const definition = loadSync(fileURLToPath(new URL("containerd.proto", import.meta.url)), {
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
});

const methodOf = (service: string, name: string): Method => {
  const methods: Readonly<Record<string, Method>> = {};
  const found = definition[`fleetless.${service}`] as typeof methods | undefined;
  const method = found?.[name];
  if (method === undefined) throw new TypeError(`containerd.proto has no method ${service}.${name}`);
  return method;
};

export const isNotFound = (thrown: unknown): boolean => codeOf(thrown) === status.NOT_FOUND;
export const isAlreadyExists = (thrown: unknown): boolean => codeOf(thrown) === status.ALREADY_EXISTS;
export const isFailedPrecondition = (thrown: unknown): boolean => codeOf(thrown) === status.FAILED_PRECONDITION;

/** containerd is away, or was before a stream of it ended. */
export const isUnavailable = (thrown: unknown): boolean => codeOf(thrown) === status.UNAVAILABLE;

const codeOf = (thrown: unknown): unknown =>
  thrown instanceof Error && "code" in thrown ? (thrown as ServiceError).code : undefined;

/** What containerd itself said, without the gRPC code before it. */
export const containerdMessage = (thrown: unknown): string => {
  if (thrown instanceof Error && "details" in thrown && typeof thrown.details === "string") return thrown.details;
  return thrown instanceof Error ? thrown.message : String(thrown);
};

export interface CallOptions {
  readonly lease?: string;
  readonly signal?: AbortSignal;
  /** Default 120,000. */
  readonly timeoutMilliseconds?: number;
  /** The call cannot bear being repeated: where containerd goes away over it, that is told. */
  readonly once?: boolean;
}

/** How long a call waits for a containerd that is away. */
const absenceMilliseconds = 15_000;
const retryMilliseconds = 50;

/** A connection to one containerd, in one of its namespaces. */
export class ContainerdClient {
  readonly #client: Client;
  readonly #namespace: string;
  #closed = false;

  constructor(address: string, namespace: string) {
    this.#namespace = namespace;
    this.#client = new Client(`unix:${address}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": 16 * 1024 * 1024,
      "grpc.initial_reconnect_backoff_ms": 20,
      "grpc.max_reconnect_backoff_ms": 1000,
    });
  }

  #metadata(options: CallOptions): Metadata {
    const metadata = new Metadata();
    metadata.set("containerd-namespace", this.#namespace);
    if (options.lease !== undefined) metadata.set("containerd-lease", options.lease);
    return metadata;
  }

  /** Calls a method. Where containerd is away the call is made again for a while, unless it is to be made once. */
  call<Response extends object>(
    service: ContainerdService,
    name: string,
    request: object,
    options: CallOptions = {},
  ): Promise<Response> {
    const call = () => this.#callOnce<Response>(service, name, request, options);
    return options.once === true ? call() : this.patiently(call, options);
  }

  /** Does something with containerd, again for a while where that is away, as while it is started anew. */
  async patiently<Value>(work: () => Promise<Value>, options: CallOptions = {}): Promise<Value> {
    const patience = Date.now() + Math.min(absenceMilliseconds, options.timeoutMilliseconds ?? absenceMilliseconds);
    for (;;) {
      try {
        return await work();
      } catch (thrown) {
        if (!isUnavailable(thrown) || this.#closed || options.signal?.aborted || Date.now() > patience) throw thrown;
        await sleep(retryMilliseconds);
      }
    }
  }

  #callOnce<Response extends object>(
    service: ContainerdService,
    name: string,
    request: object,
    options: CallOptions,
  ): Promise<Response> {
    const method = methodOf(service, name);
    return new Promise((resolve, reject) => {
      if (options.signal?.aborted) return reject(options.signal.reason);
      const abort = (): void => call.cancel();
      const call = this.#client.makeUnaryRequest(
        `/${fullNames[service]}/${name}`,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        this.#metadata(options),
        { deadline: Date.now() + (options.timeoutMilliseconds ?? 120_000) },
        (error, response) => {
          options.signal?.removeEventListener("abort", abort);
          if (error !== null) reject(error);
          else resolve(response as Response);
        },
      );
      options.signal?.addEventListener("abort", abort, { once: true });
    });
  }

  readable<Response extends object>(
    service: ContainerdService,
    name: string,
    request: object,
    options: CallOptions = {},
  ): ClientReadableStream<Response> {
    const method = methodOf(service, name);
    return this.#client.makeServerStreamRequest(
      `/${fullNames[service]}/${name}`,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      this.#metadata(options),
    ) as ClientReadableStream<Response>;
  }

  duplex(service: ContainerdService, name: string, options: CallOptions = {}): ClientDuplexStream<object, object> {
    const method = methodOf(service, name);
    return this.#client.makeBidiStreamRequest(
      `/${fullNames[service]}/${name}`,
      method.requestSerialize,
      method.responseDeserialize,
      this.#metadata(options),
    );
  }

  close(): void {
    this.#closed = true;
    this.#client.close();
  }
}

/** Encodes containerd.runc.v1.Options. */
export const encodeRuncOptions = (options: { readonly binary_name: string; readonly root: string }): AnyMessage => ({
  type_url: "containerd.runc.v1.Options",
  value: methodOf("AnyTypes", "Options").requestSerialize(options),
});

export const decodeTaskExit = (value: Buffer): TaskExit =>
  methodOf("AnyTypes", "Options").responseDeserialize(value) as TaskExit;

export interface AnyMessage {
  readonly type_url: string;
  readonly value: Uint8Array;
}

export interface TimestampMessage {
  readonly seconds: number;
  readonly nanos: number;
}

export interface TaskExit {
  readonly container_id: string;
  readonly id: string;
  readonly pid: number;
  readonly exit_status: number;
  readonly exited_at: TimestampMessage | null;
}

export const toMilliseconds = (timestamp: TimestampMessage | null | undefined): number =>
  timestamp === null || timestamp === undefined ? 0 : timestamp.seconds * 1000 + Math.floor(timestamp.nanos / 1e6);
