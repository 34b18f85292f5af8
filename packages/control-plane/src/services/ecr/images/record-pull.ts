import type { Clock } from "@fleetless/kernel";
import type { Store } from "../../../state/store.ts";
import type { ImageRecord } from "../collections.ts";
import { findImage, putImage } from "../repository.ts";

/** ECR itself is only exact to a day. Milliseconds. */
const exactness = 60 * 60 * 1000;

/** Keeps when an image was last pulled. */
export const recordPull = async (
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  image: ImageRecord,
): Promise<void> => {
  const now = clock.now();
  if (image.pulledAt !== undefined && now - image.pulledAt < exactness) return;
  await store.transaction(async (transaction) => {
    const found = await findImage(transaction, image.repository, image.digest);
    if (found !== undefined) putImage(transaction, { ...found, pulledAt: now });
  });
};
