import { messageOf, type RegistryImage } from "@fleetless/kernel";
import { parseReference, RegistryClient, RegistryError, type RegistryFailure } from "@fleetless/oci";
import { containerdMessage } from "../containerd/client.ts";
import { type PrepareOptions, RuntimeError } from "../contract.ts";
import type { ImageStore } from "./image-store.ts";
import type { Puller } from "./images.ts";
import { InvalidImageError } from "./manifest.ts";
import { OwnRegistry } from "./own-registry.ts";
import { registrySource } from "./registry-source.ts";
import { OversizedImageError } from "./unpack-guard.ts";

export interface RegistryPullerOptions {
  readonly store: ImageStore;
  readonly insecureRegistries: readonly string[];
}

const hints: Readonly<Record<RegistryFailure, string>> = {
  "not-found": "The task can’t pull the image. Check whether the image exists. ",
  denied: "The task can’t pull the image. Check that the role has the permissions to pull images from the registry. ",
  unreachable: "The task can’t pull the image. Check your network configuration. ",
  other: "",
};

const progressOf = ({ onProgress, pace }: PrepareOptions): Pick<PrepareOptions, "onProgress" | "pace"> => ({
  ...(onProgress === undefined ? {} : { onProgress }),
  ...(pace === undefined ? {} : { pace }),
});

/** Pulls from registries, once more where the first attempt fails, and words failures as ECS does. */
export class RegistryPuller implements Puller {
  readonly #options: RegistryPullerOptions;

  constructor(options: RegistryPullerOptions) {
    this.#options = options;
  }

  #client(name: string, options: PrepareOptions): RegistryClient {
    const { insecureRegistries } = this.#options;
    const login = options.access?.kind === "elsewhere" ? options.access.credentials : undefined;
    const credentials = login === undefined ? {} : { credentials: login };
    return new RegistryClient({ reference: parseReference(name), insecureRegistries, ...credentials });
  }

  async resolve(name: string, signal: AbortSignal, options: PrepareOptions): Promise<string> {
    return await this.#twice(name, signal, async () => (await this.#client(name, options).resolve(signal)).digest);
  }

  async pull(name: string, signal: AbortSignal, options: PrepareOptions): Promise<void> {
    const { access } = options;
    if (access?.kind === "registry") return await this.#pullOwn(name, access, signal, options);
    await this.#twice(name, signal, async () => {
      const client = this.#client(name, options);
      const { mediaType, digest, size } = await this.#named(name, client.resolve(signal));
      const target = { media_type: mediaType, digest, size };
      await this.#options.store.ingest([name], target, registrySource(client), {
        signal,
        imported: false,
        ...progressOf(options),
      });
    });
  }

  async #pullOwn(name: string, image: RegistryImage, signal: AbortSignal, options: PrepareOptions): Promise<void> {
    const { mediaType, digest, size } = image.target;
    await this.#twice(name, signal, async () => {
      const source = new OwnRegistry(image, this.#options.insecureRegistries);
      const target = { media_type: mediaType, digest, size };
      await this.#options.store.ingest([name], target, source, {
        signal,
        imported: false,
        ...progressOf(options),
      });
    });
  }

  async #named<Value>(name: string, resolving: Promise<Value>): Promise<Value> {
    try {
      return await resolving;
    } catch (thrown) {
      if (!(thrown instanceof RegistryError)) throw thrown;
      const denied =
        "pull access denied, repository does not exist or may require authorization: authorization failed: ";
      const why =
        thrown.failure === "not-found"
          ? `${name}: not found`
          : `${thrown.failure === "denied" ? denied : ""}${thrown.message}`;
      throw new RegistryError(thrown.failure, `failed to resolve ref ${name}: ${why}`, { cause: thrown });
    }
  }

  async #twice<Value>(name: string, signal: AbortSignal, attempt: () => Promise<Value>): Promise<Value> {
    try {
      return await attempt();
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof OversizedImageError)
        throw new RuntimeError("CannotPullContainerError", `failed to unpack ref ${name}: ${thrown.message}`, {
          cause: thrown,
        });
    }
    try {
      return await attempt();
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = thrown instanceof RegistryError ? thrown.failure : "other";
      const platform = thrown instanceof InvalidImageError ? `failed to unpack ref ${name}: ` : "";
      const raw = thrown instanceof Error && "details" in thrown ? containerdMessage(thrown) : messageOf(thrown);
      throw new RuntimeError(
        "CannotPullContainerError",
        `${hints[failure]}ref pull has been retried 1 time(s): ${platform}${raw}`,
        { cause: thrown },
      );
    }
  }

  isUnreachable(thrown: unknown): boolean {
    return (
      thrown instanceof RuntimeError && thrown.cause instanceof RegistryError && thrown.cause.failure === "unreachable"
    );
  }
}
