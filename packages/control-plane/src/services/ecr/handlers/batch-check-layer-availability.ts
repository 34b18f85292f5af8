import type {
  BatchCheckLayerAvailabilityRequest,
  BatchCheckLayerAvailabilityResponse,
  Layer,
  LayerFailure,
} from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { isDigest } from "../names.ts";
import { onRepository } from "../permissions.ts";
import { findLink, putLink, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html */
export const batchCheckLayerAvailability = defineOperation<
  EcrDependencies,
  BatchCheckLayerAvailabilityRequest,
  BatchCheckLayerAvailabilityResponse
>({
  authorise: onRepository("BatchCheckLayerAvailability"),
  handle: async (input, call, { store, clock }) => {
    const { repositoryName: name = "", layerDigests = [] } = input;
    if (layerDigests.length > 100) throw invalidParameter("At most 100 layers can be checked at once");
    const scope = scopeOf(input, call);
    return store.transaction(async (transaction) => {
      await requireRepository(transaction, scope, name);
      const layers: Layer[] = [];
      const failures: LayerFailure[] = [];
      for (const layerDigest of layerDigests) {
        if (!isDigest(layerDigest)) {
          failures.push({ layerDigest, failureCode: "InvalidLayerDigest", failureReason: "Invalid layer digest" });
          continue;
        }
        const link = await findLink(transaction, repositoryKey(scope, name), layerDigest);
        // Who is told that a layer is there does not push it: it is kept from being collected.
        if (link !== undefined) putLink(transaction, { ...link, usedAt: clock.now() });
        layers.push(
          link === undefined
            ? { layerDigest, layerAvailability: "UNAVAILABLE" }
            : { layerDigest, layerAvailability: "AVAILABLE", layerSize: link.size },
        );
      }
      return { layers, failures };
    });
  },
});
