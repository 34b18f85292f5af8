import { createHash } from "node:crypto";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import type { ServedControlPlane } from "../support/start-control-plane.ts";

export const digestOf = (bytes: string | Uint8Array, algorithm = "sha256"): string =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;

export const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const ociIndex = "application/vnd.oci.image.index.v1+json";
export const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
export const emptyConfiguration = "{}";

const descriptor = (mediaType: string, bytes: string) => ({
  mediaType,
  digest: digestOf(bytes),
  size: Buffer.byteLength(bytes),
});

/** A manifest of layers of text. */
export const manifestOf = (layers: readonly string[], more: object = {}): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: descriptor("application/vnd.oci.image.config.v1+json", emptyConfiguration),
    layers: layers.map((layer) => descriptor("application/vnd.oci.image.layer.v1.tar", layer)),
    ...more,
  });

export const subjectOf = (manifest: string): object => ({ subject: descriptor(ociManifest, manifest) });

export const indexOf = (manifests: readonly string[]): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: manifests.map((manifest) => descriptor(ociManifest, manifest)),
  });

/** Speaks the distribution API by hand, as its specification has it, under a login of ECR's. */
export class RegistryClient {
  readonly #endpoint: string;
  readonly #authorization: string;

  private constructor(endpoint: string, authorization: string) {
    this.#endpoint = endpoint;
    this.#authorization = authorization;
  }

  static async login({ endpoint, clientSettings }: ServedControlPlane, settings: object = {}): Promise<RegistryClient> {
    const ecr = new ECRClient({ ...clientSettings, ...settings });
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    return new RegistryClient(endpoint, `Basic ${authorizationData?.[0]?.authorizationToken}`);
  }

  send(method: string, path: string, init: RequestInit & { readonly duplex?: "half" } = {}): Promise<Response> {
    const headers = { authorization: this.#authorization, ...init.headers };
    return fetch(new URL(path, this.#endpoint), { ...init, method, headers });
  }

  /** Answers the Location of a new upload. */
  async startUpload(repository: string): Promise<string> {
    const response = await this.send("POST", `/v2/${repository}/blobs/uploads/`);
    if (response.status !== 202) throw new Error(`an upload began with ${response.status}: ${await response.text()}`);
    return response.headers.get("location") ?? "";
  }

  async pushBlob(
    repository: string,
    bytes: string | Uint8Array<ArrayBuffer>,
    digest = digestOf(bytes),
  ): Promise<Response> {
    const location = await this.startUpload(repository);
    return this.send("PUT", `${location}?digest=${encodeURIComponent(digest)}`, { body: bytes });
  }

  putManifest(repository: string, reference: string, manifest: string, mediaType = ociManifest): Promise<Response> {
    const headers = { "content-type": mediaType };
    return this.send("PUT", `/v2/${repository}/manifests/${reference}`, { body: manifest, headers });
  }

  /** Pushes a manifest of text layers and all that it names; answers the manifest. */
  async pushImage(repository: string, tag: string, layers: readonly string[], more: object = {}): Promise<string> {
    for (const blob of [emptyConfiguration, ...layers]) await this.pushBlob(repository, blob);
    const manifest = manifestOf(layers, more);
    const response = await this.putManifest(repository, tag, manifest);
    if (response.status !== 201) throw new Error(`a push ended with ${response.status}: ${await response.text()}`);
    return manifest;
  }
}

export const errorOf = async (response: Response): Promise<{ readonly code: string; readonly message: string }> => {
  const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
  return errors[0] ?? { code: "", message: "" };
};
