import type { UploadLayerPartRequest, UploadLayerPartResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { TooManyBytesError } from "../blobs/staged-file.ts";
import { OffsetError } from "../blobs/uploads.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { invalidLayerPart, invalidParameter } from "../errors.ts";
import { onRepository } from "../permissions.ts";
import { partSize } from "./initiate-layer-upload.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UploadLayerPart.html */
export const uploadLayerPart = defineOperation<EcrDependencies, UploadLayerPartRequest, UploadLayerPartResponse>({
  authorise: onRepository("UploadLayerPart"),
  handle: async (input, call, { uploads }) => {
    const { repositoryName = "", uploadId = "", partFirstByte = 0, partLastByte = 0, layerPartBlob } = input;
    const scope = scopeOf(input, call);
    const part = layerPartBlob ?? new Uint8Array();
    const at = { registryId: scope.accountId, repositoryName, uploadId };
    if (part.length > partSize) throw invalidParameter(`A layer part has at most ${partSize} bytes`);
    const place = { scope, repositoryName, uploadId };
    if (partLastByte - partFirstByte + 1 !== part.length) {
      const received = await uploads.received(place);
      throw invalidLayerPart("The layer part size does not match the range of bytes", { ...at, received });
    }
    const source = async function* (): AsyncIterable<Uint8Array> {
      yield part;
    };
    try {
      const received = await uploads.append(place, source(), partFirstByte);
      return { ...at, lastByteReceived: received - 1 };
    } catch (thrown) {
      if (thrown instanceof TooManyBytesError) throw invalidParameter(thrown.message);
      if (!(thrown instanceof OffsetError)) throw thrown;
      const message = "The first byte of the layer part does not follow the last byte that was received";
      throw invalidLayerPart(message, { ...at, received: thrown.received });
    }
  },
});
