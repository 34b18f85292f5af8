import { join } from "node:path";
import type { ControlPlane } from "@fleetless/control-plane";
import { messageOf } from "@fleetless/kernel";
import { openArchive } from "@fleetless/node-agent";
import type { Instance } from "./instance.ts";
import { LocalApiError } from "./local-api.ts";

const manifestLimit = 4 * 1024 * 1024;
const pushLimit = 60 * 60 * 1000;

/** What the registry or the runtime refuses, as a failure for the person who asked. */
export const forPeople = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (thrown) {
    throw new LocalApiError(400, messageOf(thrown));
  }
};

/** Pushes the one image of an archive or a layout directory into the registry. */
export const pushArchive = async (
  registry: ControlPlane["registry"],
  path: string,
  name: string,
  instance: Instance,
): ReturnType<ControlPlane["registry"]["push"]> =>
  forPeople(async () => {
    const archive = await openArchive(path, join(instance.dataDirectory, "registry", "uploads"));
    try {
      const [image, ...more] = archive.images;
      if (image === undefined || more.length > 0) {
        throw new LocalApiError(400, `${path} holds ${archive.images.length} images; one at a time can be pushed`);
      }
      const signal = AbortSignal.timeout(pushLimit);
      const { media_type: mediaType, digest, size } = image.target;
      return await registry.push(
        name,
        { mediaType, digest, size },
        {
          manifest: (content) =>
            archive.source.readWhole({ ...content, media_type: content.mediaType }, manifestLimit, signal),
          blob: (content) => archive.source.readBlob({ ...content, media_type: content.mediaType }, 0, signal),
        },
      );
    } finally {
      await archive.close();
    }
  });
