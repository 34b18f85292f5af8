import type { RegistryClient } from "@fleetless/oci";
import type { Descriptor } from "../containerd/messages.ts";
import type { ImageSource } from "./image-store.ts";

/** One repository of a registry as the place where an image comes from. */
export const registrySource = (client: RegistryClient): ImageSource => {
  const contentOf = ({ media_type: mediaType, digest, size }: Descriptor) => ({ mediaType, digest, size });
  return {
    readWhole: (descriptor, limit, signal) => client.readWhole(contentOf(descriptor), limit, signal),
    readBlob: (descriptor, offset, signal) => client.readBlob(contentOf(descriptor), offset, signal),
  };
};
