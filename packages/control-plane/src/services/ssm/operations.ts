import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { SsmDependencies } from "./dependencies.ts";
import { addTagsToResource } from "./handlers/add-tags-to-resource.ts";
import { deleteParameter } from "./handlers/delete-parameter.ts";
import { deleteParameters } from "./handlers/delete-parameters.ts";
import { describeParameters } from "./handlers/describe-parameters.ts";
import { getParameter } from "./handlers/get-parameter.ts";
import { getParameterHistory } from "./handlers/get-parameter-history.ts";
import { getParameters } from "./handlers/get-parameters.ts";
import { getParametersByPath } from "./handlers/get-parameters-by-path.ts";
import { labelParameterVersion } from "./handlers/label-parameter-version.ts";
import { listTagsForResource } from "./handlers/list-tags-for-resource.ts";
import { putParameter } from "./handlers/put-parameter.ts";
import { removeTagsFromResource } from "./handlers/remove-tags-from-resource.ts";
import { unlabelParameterVersion } from "./handlers/unlabel-parameter-version.ts";

/** Every operation of Systems Manager that Fleetless answers: those of parameters. */
export const ssmOperations = {
  AddTagsToResource: addTagsToResource,
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters,
  DescribeParameters: describeParameters,
  GetParameterHistory: getParameterHistory,
  GetParameter: getParameter,
  GetParametersByPath: getParametersByPath,
  GetParameters: getParameters,
  LabelParameterVersion: labelParameterVersion,
  ListTagsForResource: listTagsForResource,
  PutParameter: putParameter,
  RemoveTagsFromResource: removeTagsFromResource,
  UnlabelParameterVersion: unlabelParameterVersion,
} satisfies OperationsOf<typeof import("@aws-sdk/client-ssm"), SsmDependencies>;
