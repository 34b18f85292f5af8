import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { EcrDependencies } from "./dependencies.ts";
import { batchCheckLayerAvailability } from "./handlers/batch-check-layer-availability.ts";
import { batchDeleteImage } from "./handlers/batch-delete-image.ts";
import { batchGetImage } from "./handlers/batch-get-image.ts";
import { completeLayerUpload } from "./handlers/complete-layer-upload.ts";
import { createRepository } from "./handlers/create-repository.ts";
import { deleteRepository } from "./handlers/delete-repository.ts";
import { deleteRepositoryPolicy } from "./handlers/delete-repository-policy.ts";
import { describeImages } from "./handlers/describe-images.ts";
import { describeRepositories } from "./handlers/describe-repositories.ts";
import { getAuthorizationToken } from "./handlers/get-authorization-token.ts";
import { getDownloadUrlForLayer } from "./handlers/get-download-url-for-layer.ts";
import { getRepositoryPolicy } from "./handlers/get-repository-policy.ts";
import { initiateLayerUpload } from "./handlers/initiate-layer-upload.ts";
import { listImages } from "./handlers/list-images.ts";
import { listTagsForResource } from "./handlers/list-tags-for-resource.ts";
import { putImage } from "./handlers/put-image.ts";
import { putImageTagMutability } from "./handlers/put-image-tag-mutability.ts";
import { setRepositoryPolicy } from "./handlers/set-repository-policy.ts";
import { tagResource } from "./handlers/tag-resource.ts";
import { untagResource } from "./handlers/untag-resource.ts";
import { uploadLayerPart } from "./handlers/upload-layer-part.ts";

/** Every operation of ECR that Fleetless answers. */
export const ecrOperations = {
  BatchCheckLayerAvailability: batchCheckLayerAvailability,
  BatchDeleteImage: batchDeleteImage,
  BatchGetImage: batchGetImage,
  CompleteLayerUpload: completeLayerUpload,
  CreateRepository: createRepository,
  DeleteRepository: deleteRepository,
  DeleteRepositoryPolicy: deleteRepositoryPolicy,
  DescribeImages: describeImages,
  DescribeRepositories: describeRepositories,
  GetAuthorizationToken: getAuthorizationToken,
  GetDownloadUrlForLayer: getDownloadUrlForLayer,
  GetRepositoryPolicy: getRepositoryPolicy,
  InitiateLayerUpload: initiateLayerUpload,
  ListImages: listImages,
  ListTagsForResource: listTagsForResource,
  PutImage: putImage,
  PutImageTagMutability: putImageTagMutability,
  SetRepositoryPolicy: setRepositoryPolicy,
  TagResource: tagResource,
  UntagResource: untagResource,
  UploadLayerPart: uploadLayerPart,
} satisfies OperationsOf<typeof import("@aws-sdk/client-ecr"), EcrDependencies>;
