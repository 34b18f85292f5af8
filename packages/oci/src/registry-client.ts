import { createHash } from "node:crypto";
import { messageOf } from "@fleetless/kernel";
import { isLoopback } from "./loopback.ts";
import { manifestLimit, mediaTypes } from "./media-types.ts";
import type { ImageReference } from "./reference.ts";
import type { RegistryFetch, RegistryResponse } from "./registry-fetch.ts";
import { authorise, type Challenge, type Credentials, parseChallenge } from "./registry-token.ts";
import { type RegistryLimits, Silence } from "./silence.ts";

/** Something that a registry has, by its digest. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

export interface RegistryClientOptions {
  readonly reference: ImageReference;
  readonly insecureRegistries: readonly string[];
  readonly credentials?: Credentials;
  readonly limits?: RegistryLimits | undefined;
  /** By which requests go; this process's own way where not given. */
  readonly fetch?: RegistryFetch;
}

export type RegistryFailure = "not-found" | "denied" | "unreachable" | "other";

/** What went wrong with a registry, in the words that containerd's own resolver uses. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly failure: RegistryFailure;

  constructor(failure: RegistryFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

const accepted = [mediaTypes.ociIndex, mediaTypes.ociManifest, mediaTypes.dockerList, mediaTypes.dockerManifest].join(
  ", ",
);
/** How often a blob is gone on with whose connection broke after some of it had come. */
const resumptions = 3;

/** As Go's client names a method in its errors. */
const goMethod = (method: string): string => `${method.slice(0, 1)}${method.slice(1).toLowerCase()}`;

const hostOf = (registry: string): string => (registry === "docker.io" ? "registry-1.docker.io" : registry);

/** One repository of an OCI or Docker v2 registry. https://github.com/opencontainers/distribution-spec */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #base: string;
  readonly #fetch: RegistryFetch;
  #authorization: Promise<string> | undefined;

  constructor(options: RegistryClientOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
    const { registry, repository } = options.reference;
    this.#base = `${this.#scheme(registry)}://${hostOf(registry)}/v2/${repository}`;
  }

  #scheme(host: string): "http" | "https" {
    return isLoopback(host) || this.#options.insecureRegistries.includes(host) ? "http" : "https";
  }

  async #request(
    method: "GET" | "HEAD",
    path: string,
    headers: Readonly<Record<string, string>>,
    silence: Silence,
  ): Promise<RegistryResponse> {
    const url = `${this.#base}${path}`;
    for (let attempt = 0; ; attempt += 1) {
      const authorization = await this.#authorization;
      const response = await this.#send(
        method,
        url,
        authorization === undefined ? headers : { ...headers, authorization },
        silence,
      );
      if (response.status === 401 && attempt === 0 && isOfOrigin(response, url)) {
        await response.body?.cancel();
        const challenge = response.headers.get("www-authenticate");
        this.#authorization = this.#authorise(challenge ?? "", silence);
        await this.#authorization;
        continue;
      }
      if (response.ok) return response;
      const detail = (await this.#bodyText(response, silence)).slice(0, 300).trim();
      const status = `${response.status} ${response.statusText}`.trim();
      const failure =
        response.status === 404 ? "not-found" : response.status === 401 || response.status === 403 ? "denied" : "other";
      throw new RegistryError(
        failure,
        `unexpected status code ${url}: ${status}${detail === "" ? "" : ` - Server message: ${detail}`}`,
      );
    }
  }

  async #send(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    silence: Silence,
  ): Promise<RegistryResponse> {
    silence.begin();
    try {
      const response = await this.#fetch(url, { method, headers, signal: silence.signal });
      silence.heard();
      return response;
    } catch (thrown) {
      silence.asking.throwIfAborted();
      const why = `failed to do request: ${goMethod(method)} "${url}": ${networkReason(thrown)}`;
      throw new RegistryError("unreachable", why, { cause: thrown });
    }
  }

  async #authorise(challenge: string, silence: Silence): Promise<string> {
    const parsed = parseChallenge(challenge);
    if (parsed === undefined)
      throw new RegistryError(
        "denied",
        `unexpected status code ${this.#base}: 401 Unauthorized, without a challenge that is supported`,
      );
    try {
      return await this.#answer(parsed, silence);
    } catch (thrown) {
      if (thrown instanceof RegistryError) throw thrown;
      throw new RegistryError("denied", messageOf(thrown), { cause: thrown });
    }
  }

  async #answer(challenge: Challenge, silence: Silence): Promise<string> {
    const { repository } = this.#options.reference;
    return await authorise(challenge, repository, this.#options.credentials, async (url, headers) => {
      if (url.protocol !== "https:" && this.#scheme(url.host) !== "http")
        throw new RegistryError("denied", `the token service ${url.origin} is not spoken to without TLS`);
      const response = await this.#send("GET", url.href, headers, silence);
      if (!response.ok) {
        await response.body?.cancel();
        throw new RegistryError(
          "denied",
          `failed to authorize: failed to fetch oauth token: unexpected status from GET request to ${url.origin}${url.pathname}: ${response.status}`,
        );
      }
      return await this.#token(url, response, silence);
    });
  }

  async #token(url: URL, response: RegistryResponse, silence: Silence): Promise<string> {
    try {
      return (await this.#body(response, manifestLimit, silence)).toString();
    } catch (thrown) {
      silence.asking.throwIfAborted();
      if (thrown instanceof RegistryError) throw thrown;
      const why = `failed to authorize: failed to fetch oauth token: Get "${url.href}": ${networkReason(thrown)}`;
      throw new RegistryError("unreachable", why, { cause: thrown });
    }
  }

  /** The body, at most the size of a manifest. */
  async #body(response: RegistryResponse, limit: number, silence: Silence): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      silence.heard();
      size += chunk.length;
      if (size > limit) throw new RegistryError("other", `the answer of ${response.url} is larger than ${limit} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  #bodyText(response: RegistryResponse, silence: Silence): Promise<string> {
    return this.#body(response, manifestLimit, silence).then(
      (bytes) => bytes.toString(),
      () => "",
    );
  }

  /** Asks until the registry has been silent for too long. */
  async #asking<Value>(signal: AbortSignal, ask: (silence: Silence) => Promise<Value>): Promise<Value> {
    const silence = new Silence(signal, this.#options.limits);
    try {
      return await ask(silence);
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof RegistryError) throw thrown;
      throw new RegistryError("unreachable", `failed to copy: ${networkReason(thrown)}`, { cause: thrown });
    } finally {
      silence.end();
    }
  }

  /** The descriptor of what the reference's tag or digest stands for now. */
  resolve(signal: AbortSignal): Promise<Content> {
    return this.#asking(signal, (silence) => this.#resolve(silence));
  }

  async #resolve(silence: Silence): Promise<Content> {
    const { digest, tag } = this.#options.reference;
    const path = `/manifests/${digest ?? tag ?? "latest"}`;
    const head = await this.#request("HEAD", path, { accept: accepted }, silence);
    const mediaType = (head.headers.get("content-type") ?? "").split(";")[0] ?? "";
    const announced = head.headers.get("docker-content-digest");
    const length = head.headers.get("content-length");
    if (announced !== null && /^sha256:[0-9a-f]{64}$/.test(announced) && /^\d{1,15}$/.test(length ?? "")) {
      if (digest !== undefined && announced !== digest)
        throw new RegistryError("other", `the registry answers ${announced} for ${digest}`);
      return { mediaType, digest: announced, size: Number(length) };
    }
    const response = await this.#request("GET", path, { accept: accepted }, silence);
    const bytes = await this.#body(response, manifestLimit, silence);
    const found = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    return {
      mediaType: (response.headers.get("content-type") ?? "").split(";")[0] ?? "",
      digest: found,
      size: bytes.length,
    };
  }

  async readWhole(descriptor: Content, limit: number, signal: AbortSignal): Promise<Buffer> {
    const kind = /\.(?:index|manifest)\.|manifest/.test(descriptor.mediaType) ? "manifests" : "blobs";
    const path = `/${kind}/${descriptor.digest}`;
    const bytes = await this.#asking(signal, async (silence) => {
      const response = await this.#request("GET", path, { accept: `${accepted}, */*;q=0.1` }, silence);
      return await this.#body(response, limit, silence);
    });
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    if (digest !== descriptor.digest)
      throw new RegistryError("other", `unexpected digest of ${descriptor.digest}: the registry sent ${digest}`);
    return bytes;
  }

  /** A blob's bytes from an offset on. Where the connection breaks, the rest is asked for by another one. */
  async *readBlob(descriptor: Content, offset: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
    let position = offset;
    for (let resumed = 0; ; resumed += 1) {
      const begin = position;
      try {
        for await (const part of this.#readOnce(descriptor, position, signal)) {
          position += part.length;
          yield part;
        }
        return;
      } catch (thrown) {
        const wentOn = position > begin && position < descriptor.size;
        const isCut = thrown instanceof RegistryError && thrown.failure === "unreachable";
        if (!isCut || !wentOn || resumed >= resumptions) throw thrown;
      }
    }
  }

  async *#readOnce(descriptor: Content, offset: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const headers = offset === 0 ? {} : { range: `bytes=${offset}-` };
    const silence = new Silence(signal, this.#options.limits);
    try {
      const response = await this.#request("GET", `/blobs/${descriptor.digest}`, headers, silence);
      let skip = response.status === 206 ? 0 : offset;
      for await (const chunk of response.body ?? []) {
        // While its reader is busy nobody waits for the registry.
        silence.end();
        const part = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - part.length;
        if (part.length > 0) yield part;
        silence.heard();
      }
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof RegistryError)
        throw new RegistryError(thrown.failure, `failed to copy: httpReadSeeker: failed open: ${thrown.message}`, {
          cause: thrown,
        });
      throw new RegistryError("unreachable", `failed to copy: ${networkReason(thrown)}`, { cause: thrown });
    } finally {
      silence.end();
    }
  }
}

/** A host to which the registry leads is no party to the credentials: its challenges are not answered. */
const isOfOrigin = (response: RegistryResponse, url: string): boolean =>
  new URL(response.url).origin === new URL(url).origin;

/** fetch hides the reason in the cause. */
const networkReason = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? `${thrown.cause.message || thrown.cause.name}` : thrown.message;
};
