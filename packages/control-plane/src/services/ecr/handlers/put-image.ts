import type { PutImageRequest, PutImageResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { storeImage } from "../images/store-image.ts";
import { checkTag, isDigest } from "../names.ts";
import { onRepository } from "../permissions.ts";
import { imageView } from "../views.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html */
export const putImage = defineOperation<EcrDependencies, PutImageRequest, PutImageResponse>({
  authorise: onRepository("PutImage"),
  handle: async (input, call, dependencies) => {
    const scope = scopeOf(input, call);
    const { repositoryName = "", imageManifest = "", imageDigest } = input;
    if (imageDigest !== undefined && !isDigest(imageDigest))
      throw invalidParameter("Invalid parameter at 'imageDigest'");
    const { image, tag } = await storeImage(dependencies, {
      scope,
      repositoryName,
      manifest: Buffer.from(imageManifest, "utf8"),
      mediaType: input.imageManifestMediaType,
      digest: imageDigest,
      tag: input.imageTag === undefined ? undefined : checkTag(input.imageTag),
      refuseExisting: true,
    });
    return { image: imageView(scope, repositoryName, image, tag, imageManifest) };
  },
});
