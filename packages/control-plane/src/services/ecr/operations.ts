import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { EcrDependencies } from "./dependencies.ts";
import { batchCheckLayerAvailability } from "./handlers/batch-check-layer-availability.ts";
import { batchDeleteImage } from "./handlers/batch-delete-image.ts";
import { batchGetImage } from "./handlers/batch-get-image.ts";
import { batchGetRepositoryScanningConfiguration } from "./handlers/batch-get-repository-scanning-configuration.ts";
import { completeLayerUpload } from "./handlers/complete-layer-upload.ts";
import { createPullThroughCacheRule } from "./handlers/create-pull-through-cache-rule.ts";
import { createRepository } from "./handlers/create-repository.ts";
import { deleteLifecyclePolicy } from "./handlers/delete-lifecycle-policy.ts";
import { deletePullThroughCacheRule } from "./handlers/delete-pull-through-cache-rule.ts";
import { deleteRegistryPolicy } from "./handlers/delete-registry-policy.ts";
import { deleteRepository } from "./handlers/delete-repository.ts";
import { deleteRepositoryPolicy } from "./handlers/delete-repository-policy.ts";
import { describeImageScanFindings } from "./handlers/describe-image-scan-findings.ts";
import { describeImages } from "./handlers/describe-images.ts";
import { describePullThroughCacheRules } from "./handlers/describe-pull-through-cache-rules.ts";
import { describeRegistry } from "./handlers/describe-registry.ts";
import { describeRepositories } from "./handlers/describe-repositories.ts";
import { getAccountSetting } from "./handlers/get-account-setting.ts";
import { getAuthorizationToken } from "./handlers/get-authorization-token.ts";
import { getDownloadUrlForLayer } from "./handlers/get-download-url-for-layer.ts";
import { getLifecyclePolicy } from "./handlers/get-lifecycle-policy.ts";
import { getLifecyclePolicyPreview } from "./handlers/get-lifecycle-policy-preview.ts";
import { getRegistryPolicy } from "./handlers/get-registry-policy.ts";
import { getRegistryScanningConfiguration } from "./handlers/get-registry-scanning-configuration.ts";
import { getRepositoryPolicy } from "./handlers/get-repository-policy.ts";
import { initiateLayerUpload } from "./handlers/initiate-layer-upload.ts";
import { listImageReferrers } from "./handlers/list-image-referrers.ts";
import { listImages } from "./handlers/list-images.ts";
import { listTagsForResource } from "./handlers/list-tags-for-resource.ts";
import { putAccountSetting } from "./handlers/put-account-setting.ts";
import { putImage } from "./handlers/put-image.ts";
import { putImageScanningConfiguration } from "./handlers/put-image-scanning-configuration.ts";
import { putImageTagMutability } from "./handlers/put-image-tag-mutability.ts";
import { putLifecyclePolicy } from "./handlers/put-lifecycle-policy.ts";
import { putRegistryPolicy } from "./handlers/put-registry-policy.ts";
import { putRegistryScanningConfiguration } from "./handlers/put-registry-scanning-configuration.ts";
import { putReplicationConfiguration } from "./handlers/put-replication-configuration.ts";
import { setRepositoryPolicy } from "./handlers/set-repository-policy.ts";
import { startLifecyclePolicyPreview } from "./handlers/start-lifecycle-policy-preview.ts";
import { tagResource } from "./handlers/tag-resource.ts";
import { untagResource } from "./handlers/untag-resource.ts";
import { updatePullThroughCacheRule } from "./handlers/update-pull-through-cache-rule.ts";
import { uploadLayerPart } from "./handlers/upload-layer-part.ts";
import { validatePullThroughCacheRule } from "./handlers/validate-pull-through-cache-rule.ts";

/** Every operation of ECR that Fleetless answers. */
export const ecrOperations = {
  BatchCheckLayerAvailability: batchCheckLayerAvailability,
  BatchDeleteImage: batchDeleteImage,
  BatchGetImage: batchGetImage,
  BatchGetRepositoryScanningConfiguration: batchGetRepositoryScanningConfiguration,
  CompleteLayerUpload: completeLayerUpload,
  CreateRepository: createRepository,
  DeleteRepository: deleteRepository,
  DeleteRepositoryPolicy: deleteRepositoryPolicy,
  DescribeImageScanFindings: describeImageScanFindings,
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
  DeleteLifecyclePolicy: deleteLifecyclePolicy,
  DeleteRegistryPolicy: deleteRegistryPolicy,
  DescribeRegistry: describeRegistry,
  GetAccountSetting: getAccountSetting,
  GetLifecyclePolicy: getLifecyclePolicy,
  GetLifecyclePolicyPreview: getLifecyclePolicyPreview,
  GetRegistryPolicy: getRegistryPolicy,
  GetRegistryScanningConfiguration: getRegistryScanningConfiguration,
  ListImageReferrers: listImageReferrers,
  PutAccountSetting: putAccountSetting,
  PutImageScanningConfiguration: putImageScanningConfiguration,
  PutLifecyclePolicy: putLifecyclePolicy,
  PutRegistryPolicy: putRegistryPolicy,
  PutRegistryScanningConfiguration: putRegistryScanningConfiguration,
  PutReplicationConfiguration: putReplicationConfiguration,
  StartLifecyclePolicyPreview: startLifecyclePolicyPreview,
  CreatePullThroughCacheRule: createPullThroughCacheRule,
  DeletePullThroughCacheRule: deletePullThroughCacheRule,
  DescribePullThroughCacheRules: describePullThroughCacheRules,
  UpdatePullThroughCacheRule: updatePullThroughCacheRule,
  ValidatePullThroughCacheRule: validatePullThroughCacheRule,
} satisfies OperationsOf<typeof import("@aws-sdk/client-ecr"), EcrDependencies>;

/** Operations that only keep what they are given: nothing is scanned or replicated. */
export const ecrStoredOnly: ReadonlySet<string> = new Set([
  "PutAccountSetting",
  "PutImageScanningConfiguration",
  "PutRegistryScanningConfiguration",
  "PutReplicationConfiguration",
]);
