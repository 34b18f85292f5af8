import { messageOf, type RegistryImage } from "@fleetless/kernel";
import {
  isLoopback,
  parseReference,
  RegistryClient,
  RegistryError,
  type RegistryFailure,
  type RegistryLimits,
} from "@fleetless/oci";
import { containerdMessage } from "../containerd/client.ts";
import { type PrepareOptions, RuntimeError } from "../contract.ts";
import { DialedFetch } from "./dialed-fetch.ts";
import type { ImageStore } from "./image-store.ts";
import type { Puller, PullOptions, WantedImage } from "./images.ts";
import { InvalidImageError } from "./manifest.ts";
import { OwnRegistry } from "./own-registry.ts";
import { registrySource } from "./registry-source.ts";
import { OversizedImageError } from "./unpack-guard.ts";

export interface RegistryPullerOptions {
  readonly store: ImageStore;
  readonly insecureRegistries: readonly string[];
  readonly limits?: RegistryLimits | undefined;
}

const hints: Readonly<Record<RegistryFailure, string>> = {
  "not-found": "The task can’t pull the image. Check whether the image exists. ",
  denied: "The task can’t pull the image. Check that the role has the permissions to pull images from the registry. ",
  unreachable: "The task can’t pull the image. Check your network configuration. ",
  other: "",
};

const progressOf = ({ onProgress, pace }: PullOptions): Pick<PrepareOptions, "onProgress" | "pace"> => ({
  ...(onProgress === undefined ? {} : { onProgress }),
  ...(pace === undefined ? {} : { pace }),
});

/** Pulls from registries, once more where the first attempt fails, and words failures as ECS does. */
export class RegistryPuller implements Puller {
  readonly #options: RegistryPullerOptions;

  constructor(options: RegistryPullerOptions) {
    this.#options = options;
  }

  /** Asks the registry that has the image, by the way of whoever wants it, and ends the connections that took. */
  async #asking<Value>(
    { reference: named }: WantedImage,
    options: PullOptions,
    ask: (client: RegistryClient) => Promise<Value>,
  ): Promise<Value> {
    const { insecureRegistries, limits } = this.#options;
    const reference = parseReference(named);
    const login = options.access?.kind === "elsewhere" ? options.access.credentials : undefined;
    const credentials = login === undefined ? {} : { credentials: login };
    const client = { reference, insecureRegistries, limits, ...credentials };
    const { dial } = options;
    if (dial === undefined || isLoopback(reference.registry)) return await ask(new RegistryClient(client));
    const dialed = new DialedFetch(dial);
    try {
      return await ask(new RegistryClient({ ...client, fetch: dialed.fetch }));
    } finally {
      dialed.close();
    }
  }

  async resolve(image: WantedImage, signal: AbortSignal, options: PullOptions): Promise<string> {
    const resolve = async (client: RegistryClient): Promise<string> => (await client.resolve(signal)).digest;
    return await this.#twice(image.reference, signal, () => this.#asking(image, options, resolve));
  }

  async pull(image: WantedImage, signal: AbortSignal, options: PullOptions): Promise<void> {
    const { access } = options;
    const { reference, name } = image;
    if (access?.kind === "registry") return await this.#pullOwn(name, access, signal, options);
    const pull = async (client: RegistryClient): Promise<void> => {
      const { mediaType, digest, size } = await this.#named(reference, client.resolve(signal));
      const target = { media_type: mediaType, digest, size };
      await this.#options.store.ingest([name], target, registrySource(client), {
        signal,
        imported: false,
        ...progressOf(options),
      });
    };
    await this.#twice(reference, signal, () => this.#asking(image, options, pull));
  }

  async #pullOwn(name: string, image: RegistryImage, signal: AbortSignal, options: PullOptions): Promise<void> {
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
