import { join } from "node:path";

/** Where the registry keeps the blob of a digest, below the directory of its blobs. */
export const blobPath = (directory: string, digest: string): string => {
  const colon = digest.indexOf(":");
  const hexadecimal = digest.slice(colon + 1);
  return join(directory, digest.slice(0, colon), hexadecimal.slice(0, 2), hexadecimal);
};
