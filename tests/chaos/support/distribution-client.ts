import { createHash } from "node:crypto";
import { persist } from "./persist.ts";

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const chunkBytes = 384 * 1024;
/** Milliseconds after which a request whose connection says nothing is given up. */
const requestMilliseconds = 20_000;

/** What the registry refused, so that asking again would change nothing. */
class RegistryRefusal extends Error {
  override readonly name = "RegistryRefusal";
  readonly $fault = "client";
}

export interface DistributionClientOptions {
  /** Host and port of the line to the registry. */
  readonly host: string;
  readonly repository: string;
  /** Of `aws ecr get-login-password`. */
  readonly password: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Pushes and pulls over a connection that breaks; goes on where it broke off, until the registry has said yes. */
export class DistributionClient {
  readonly #options: DistributionClientOptions;
  /** Uploads that were asked for: of some the answer never came. */
  uploadsBegun = 0;
  /** Ids of the uploads whose end was acknowledged. */
  readonly uploadsEnded = new Set<string>();
  /** Times that an upload was taken up again where it had broken off. */
  resumed = 0;

  constructor(options: DistributionClientOptions) {
    this.#options = options;
  }

  /** Resolves once the registry has acknowledged the blob. */
  async pushBlob(bytes: Uint8Array): Promise<void> {
    const digest = digestOf(bytes);
    let upload: string | undefined;
    await persist(async () => {
      if ((await this.#request("HEAD", `blobs/${digest}`)).status === 200) return;
      const known = upload;
      upload = undefined;
      const from = known === undefined ? undefined : await this.#received(known);
      upload = known !== undefined && from !== undefined ? known : await this.#begin();
      await this.#send(upload, bytes, from ?? 0);
      this.#expect(await this.#request("PUT", `${upload}?digest=${digest}`), 201);
      this.uploadsEnded.add(upload.split("/").at(-1) ?? "");
    });
  }

  /** Begins an upload, sends a part of it, and never comes back. */
  async abandonUpload(bytes: Uint8Array): Promise<void> {
    const upload = await persist(() => this.#begin());
    const part = bytes.subarray(0, Math.ceil(bytes.length / 2));
    // Whatever became of it: this client does not ask.
    await this.#request("PATCH", upload, part).catch(() => undefined);
  }

  /** Answers the digest that was acknowledged. */
  async pushManifest(manifest: Uint8Array, ...tags: readonly string[]): Promise<string> {
    const digest = digestOf(manifest);
    for (const tag of tags)
      await persist(async () => {
        const answer = await this.#request("PUT", `manifests/${tag}`, manifest, { "content-type": manifestType });
        this.#expect(answer, 201);
        if (answer.headers.get("docker-content-digest") !== digest) throw new RegistryRefusal(`${tag}: another digest`);
      });
    return digest;
  }

  /** The bytes under a tag, whole and with the digest that its answer tells. */
  async pullManifest(tag: string): Promise<Buffer> {
    return persist(async () => {
      const answer = await this.#request("GET", `manifests/${tag}`);
      this.#expect(answer, 200);
      if (answer.headers.get("docker-content-digest") !== digestOf(answer.body))
        throw new RegistryRefusal(`manifest ${tag} is not what its digest says`);
      return answer.body;
    });
  }

  /** Takes a blob range by range; throws where the bytes are not those of its digest. */
  async pullBlob(digest: string, size: number): Promise<void> {
    const parts: Buffer[] = [];
    for (let from = 0; from < size; from += chunkBytes) {
      const to = Math.min(size, from + chunkBytes) - 1;
      await persist(async () => {
        const answer = await this.#request("GET", `blobs/${digest}`, undefined, { range: `bytes=${from}-${to}` });
        this.#expect(answer, 206);
        parts.push(answer.body);
      });
    }
    const bytes = Buffer.concat(parts);
    if (bytes.length !== size || digestOf(bytes) !== digest) throw new RegistryRefusal(`blob ${digest} is another`);
  }

  async #begin(): Promise<string> {
    this.uploadsBegun += 1;
    const answer = await this.#request("POST", "blobs/uploads/");
    this.#expect(answer, 202);
    const location = answer.headers.get("location") ?? "";
    return location.slice(location.indexOf("/blobs/uploads/") + 1);
  }

  /** How far an upload has come; undefined where the registry does not know of it. */
  async #received(upload: string): Promise<number | undefined> {
    const answer = await this.#request("GET", upload);
    if (answer.status === 404) return undefined;
    this.#expect(answer, 204);
    const last = Number(/^0-(\d+)$/.exec(answer.headers.get("range") ?? "")?.[1]);
    if (last > 0) this.resumed += 1;
    return last === 0 ? 0 : last + 1;
  }

  async #send(upload: string, bytes: Uint8Array, start: number): Promise<void> {
    for (let from = start; from < bytes.length; from += chunkBytes) {
      const part = bytes.subarray(from, from + chunkBytes);
      const range = { "content-range": `${from}-${from + part.length - 1}` };
      this.#expect(await this.#request("PATCH", upload, part, range), 202);
    }
  }

  #expect({ status, body }: Answer, wanted: number): void {
    if (status === wanted) return;
    const text = `${status} instead of ${wanted}: ${body.toString("utf8").slice(0, 300)}`;
    // An upload is refused where another request still writes to it, or stands elsewhere than was thought.
    throw status < 500 && ![404, 416].includes(status) ? new RegistryRefusal(text) : new Error(text);
  }

  async #request(
    method: string,
    path: string,
    body?: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const { host, repository, password } = this.#options;
    const authorization = `Basic ${Buffer.from(`AWS:${password}`).toString("base64")}`;
    const response = await fetch(`http://${host}/v2/${repository}/${path}`, {
      method,
      headers: { authorization, connection: "close", ...headers },
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
      signal: AbortSignal.timeout(requestMilliseconds),
    });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  }
}
