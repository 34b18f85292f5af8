import { resolve } from "node:path";
import type { Command } from "commander";
import { connect } from "../connection.ts";
import { table } from "../output.ts";
import { settingsOf } from "../settings.ts";

interface ImportedImage {
  readonly references: readonly string[];
  readonly digest: string;
}

export const addImage = (program: Command): void => {
  const image = program.command("image").description("images on this machine");
  image
    .command("import <path>")
    .description("take in an OCI archive, a docker archive or an OCI layout directory")
    .option("--reference <name>", "the name it gets where the archive carries none")
    .action(async (path: string, options: { reference?: string }, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      output.progress(`Importing ${path} …`);
      const answer = await local.post<{ images: readonly ImportedImage[] }>("/images", {
        path: resolve(path),
        ...(options.reference === undefined ? {} : { reference: options.reference }),
      });
      output.result(answer, table(answer.images.map(({ references, digest }) => [references.join(", "), digest])));
    });
};
