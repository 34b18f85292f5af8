import type { InitiateLayerUploadRequest, InitiateLayerUploadResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { onRepository } from "../permissions.ts";

/** Bytes; what one UploadLayerPart carries at most, as ECR says it. */
export const partSize = 10 * 1024 * 1024;

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_InitiateLayerUpload.html */
export const initiateLayerUpload = defineOperation<
  EcrDependencies,
  InitiateLayerUploadRequest,
  InitiateLayerUploadResponse
>({
  authorise: onRepository("InitiateLayerUpload"),
  handle: async (input, call, { uploads }) => ({
    uploadId: await uploads.start(scopeOf(input, call), input.repositoryName ?? ""),
    partSize,
  }),
});
