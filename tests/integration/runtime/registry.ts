import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server as Listener, Socket } from "node:net";
import type { Layer } from "../../../packages/node-agent/src/runtime/images/build-layout.ts";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
  /** The address that the request came from. */
  readonly from: string | undefined;
}

/** Where a registry is that is not on this machine's loopback, and by which key and certificate it speaks TLS. */
export interface RegistryPlace {
  readonly listener: Listener;
  readonly host: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export type Access = "anonymous" | "basic" | "bearer";

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** A registry in memory: the world's end. */
export class Registry {
  readonly #server: Server;
  readonly #place: RegistryPlace | undefined;
  readonly #connections = new Set<Socket>();
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #manifests = new Map<string, { readonly bytes: Uint8Array; readonly mediaType: string }>();
  readonly requests: Request[] = [];
  access: Access = "anonymous";
  /** Bytes to send of a blob before the connection breaks, once. */
  cutAfter: number | undefined;
  /** Bytes to send of larger blobs before they wait for `release`. */
  holdAfter: number | undefined;
  readonly #held = new Set<() => void>();

  private constructor(place?: RegistryPlace) {
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response);
    this.#place = place;
    this.#server = place?.tls === undefined ? createServer(answer) : createTlsServer(place.tls, answer);
    (place?.listener ?? this.#server).on("connection", (socket: Socket) => {
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
      if (place !== undefined) this.#server.emit("connection", socket);
    });
  }

  /** Serves what is connected to a listener that is somewhere already. */
  static at(place: RegistryPlace): Registry {
    return new Registry(place);
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.size;
  }

  static async start(): Promise<Registry> {
    const registry = new Registry();
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  get host(): string {
    return this.#place?.host ?? `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  putBlob(bytes: Uint8Array, digest = digestOf(bytes)): { digest: string; size: number } {
    this.#blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  putManifest(name: string, value: object, mediaType: string): { mediaType: string; digest: string; size: number } {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = digestOf(bytes);
    this.#manifests.set(name, { bytes, mediaType });
    this.#manifests.set(digest, { bytes, mediaType });
    return { mediaType, digest, size: bytes.length };
  }

  /** Puts an image of these layers under a tag. */
  putImage(
    tag: string,
    layers: readonly Layer[],
    config: object = {},
    architecture = "amd64",
  ): { mediaType: string; digest: string; size: number } {
    const configuration = Buffer.from(
      JSON.stringify({
        os: "linux",
        architecture,
        config,
        rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
      }),
    );
    const manifest = {
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...this.putBlob(configuration) },
      layers: layers.map((layer) => ({ mediaType: layer.mediaType, ...this.putBlob(layer.bytes) })),
    };
    return this.putManifest(tag, manifest, manifest.mediaType);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", `http://${this.host}`);
    const { authorization, range } = request.headers;
    const from = request.socket.remoteAddress;
    this.requests.push({ method: request.method ?? "", path: url.pathname, authorization, range, from });
    const basic = `Basic ${Buffer.from("user:secret").toString("base64")}`;
    if (url.pathname === "/token") {
      if (authorization !== basic) return void response.writeHead(401).end();
      const token = `${url.searchParams.get("service")}|${url.searchParams.get("scope")}`;
      return void response.end(JSON.stringify({ token }));
    }
    const allowed =
      this.access === "anonymous" ||
      (this.access === "basic" ? authorization === basic : authorization === "Bearer here|repository:team/app:pull");
    if (!allowed) {
      const challenge =
        this.access === "basic" ? 'Basic realm="here"' : `Bearer realm="http://${this.host}/token",service="here"`;
      return void response.writeHead(401, { "www-authenticate": challenge }).end();
    }
    const [, kind = "", name = ""] = /^\/v2\/team\/app\/(manifests|blobs)\/(.+)$/.exec(url.pathname) ?? [];
    const found = kind === "manifests" ? this.#manifests.get(name) : undefined;
    if (found !== undefined) {
      response.writeHead(200, {
        "content-type": found.mediaType,
        "content-length": found.bytes.length,
        "docker-content-digest": digestOf(found.bytes),
      });
      return void response.end(request.method === "HEAD" ? undefined : found.bytes);
    }
    const blob = kind === "blobs" ? this.#blobs.get(name) : undefined;
    if (blob === undefined) return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    this.#sendBlob(blob, request.headers.range, response);
  }

  #sendBlob(blob: Uint8Array, range: string | undefined, response: ServerResponse): void {
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    const part = blob.subarray(start);
    response.writeHead(start === 0 ? 200 : 206, { "content-length": part.length });
    if (this.holdAfter !== undefined && part.length > this.holdAfter) {
      response.write(part.subarray(0, this.holdAfter));
      const rest = part.subarray(this.holdAfter);
      return void this.#held.add(() => response.end(rest));
    }
    if (this.cutAfter === undefined || part.length <= this.cutAfter) return void response.end(part);
    response.write(part.subarray(0, this.cutAfter), () => setTimeout(() => response.destroy(), 50));
    this.cutAfter = undefined;
  }

  /** Sends the rest of what is held, and holds nothing any more. */
  release(): void {
    this.holdAfter = undefined;
    for (const send of this.#held) send();
    this.#held.clear();
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => (this.#place?.listener ?? this.#server).close(resolve));
  }
}
