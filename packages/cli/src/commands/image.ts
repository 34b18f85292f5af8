import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { connect } from "../connection.ts";
import type { LocalSocket } from "../local-socket.ts";
import { ChangingProgress, type Output, table } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { transferText } from "../waits.ts";

interface ImportedImage {
  readonly references: readonly string[];
  readonly digest: string;
}

interface Import {
  readonly path: string;
  readonly bytes: number;
  readonly total: number;
}

const tellMilliseconds = 500;

/** Waits for the import, and says meanwhile how far it is. */
const whileTelling = async <Answer>(
  importing: Promise<Answer>,
  local: LocalSocket,
  path: string,
  output: Output,
): Promise<Answer> => {
  const progress = new ChangingProgress(output);
  const ended = new AbortController();
  const tell = async (): Promise<void> => {
    for (;;) {
      await sleep(tellMilliseconds, undefined, { signal: ended.signal });
      const found = (await local.get<readonly Import[]>("/images/imports")).find((each) => each.path === path);
      if (found !== undefined && found.total > 0) progress.tell(transferText(found));
    }
  };
  const telling = tell().catch(() => undefined);
  try {
    return await importing;
  } finally {
    ended.abort();
    await telling;
  }
};

interface PushedImage {
  readonly reference: string;
  readonly awsReference: string;
  readonly digest: string;
  readonly createdRepository: boolean;
}

interface WarmImage {
  readonly digest: string;
  readonly bytes: number;
  readonly milliseconds: number;
}

const mebibyte = 1024 * 1024;

const addPush = (image: Command): void => {
  image
    .command("push <path> <repository[:tag]>")
    .description("put an OCI archive, a docker archive or an OCI layout directory into the registry (ECR)")
    .action(async (path: string, name: string, _options: object, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      output.progress(`Pushing ${path} …`);
      const pushed = await local.post<PushedImage>("/registry/images", { path: resolve(path), name });
      if (pushed.createdRepository) output.progress("The repository was not there and was made");
      output.result(pushed, `${pushed.reference}\n${pushed.awsReference}\n${pushed.digest}`);
    });
};

/** An image that clusters keep ready ahead of its use. */
interface KeptImage {
  readonly reference: string;
  readonly state: "waiting" | "fetching" | "ready" | "failed";
  readonly bytes: number;
  readonly error?: string;
}

const sizeText = (bytes: number): string => `${(bytes / mebibyte).toFixed(1)} MiB`;

const keptText = ({ state, bytes, error }: KeptImage): string => {
  if (state === "failed") return `failed: ${error ?? ""}`;
  return state === "ready" && bytes > 0 ? `ready, fetched ${sizeText(bytes)}` : state;
};

const tellKept = async (local: LocalSocket, output: Output): Promise<void> => {
  const images = await local.get<readonly KeptImage[]>("/images/warm");
  const none = "No cluster has the tag fleetless:image-warming=enabled, or fleetless:warm-families";
  output.result(
    { images },
    images.length === 0 ? none : table(images.map((image) => [image.reference, keptText(image)])),
  );
};

const addWarm = (image: Command): void => {
  image
    .command("warm [reference...]")
    .description(
      "make images ready on this machine ahead of their use; without any, tell which ones clusters keep ready",
    )
    .action(async (references: string[], _options: object, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      if (references.length === 0) return await tellKept(local, output);
      output.progress(`Making ${references.length === 1 ? references[0] : `${references.length} images`} ready …`);
      const warmed = await Promise.all(
        references.map(async (reference) => ({
          reference,
          ...(await local.post<WarmImage>("/images/warm", { reference })),
        })),
      );
      const rows = warmed.map(({ reference, digest, bytes, milliseconds }) => [
        reference,
        digest,
        bytes === 0 ? "was ready" : `fetched ${sizeText(bytes)} in ${(milliseconds / 1000).toFixed(1)} s`,
      ]);
      output.result({ images: warmed }, table(rows));
    });
};

export const addImage = (program: Command): void => {
  const image = program.command("image").description("images on this machine");
  addPush(image);
  addWarm(image);
  image
    .command("import <path>")
    .description("take in an OCI archive, a docker archive or an OCI layout directory")
    .option("--reference <name>", "the name it gets where the archive carries none")
    .action(async (path: string, options: { reference?: string }, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      output.progress(`Importing ${path} …`);
      const importing = local.post<{ images: readonly ImportedImage[] }>("/images", {
        path: resolve(path),
        ...(options.reference === undefined ? {} : { reference: options.reference }),
      });
      const answer = await whileTelling(importing, local, resolve(path), output);
      output.result(answer, table(answer.images.map(({ references, digest }) => [references.join(", "), digest])));
    });
};
