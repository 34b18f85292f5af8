import type { Change, ReadTransaction } from "../../../state/store.ts";
import { images, imageTags, repositoryKey } from "../collections.ts";
import { readRegistryReference } from "../node-access.ts";
import { lookUpImage } from "./find-image.ts";

/** The digest that a reference of our registry stands for now; undefined where it stands for nothing here. */
export const currentDigest = async (
  transaction: ReadTransaction,
  reference: string,
  own: Parameters<typeof readRegistryReference>[1],
): Promise<string | undefined> => {
  const named = readRegistryReference(reference, own);
  if (named === undefined) return undefined;
  const found = await lookUpImage(transaction, repositoryKey(named.scope, named.repository), named.id);
  return found.kind === "found" ? found.image.digest : undefined;
};

/** Whether a reference may stand for another image after a change. */
export const registryImageChangedBy = ({ collection }: Change): boolean =>
  collection === images.name || collection === imageTags.name;
