import type { DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { taskDefinitionNotDescribed } from "../errors.ts";
import { taskDefinitionReference } from "../identifiers.ts";
import { findTaskDefinition } from "../repository.ts";
import { tagViews } from "../tags.ts";
import { taskDefinitionView } from "../task-definition/view.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html */
export const describeTaskDefinition = defineOperation<
  EcsDependencies,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse
>({
  authorise: permission("ecs:DescribeTaskDefinition", () => ["*"]),
  handle: async (input, call, { store }) => {
    const reference = taskDefinitionReference(call, input.taskDefinition ?? "");
    if (reference === undefined) throw taskDefinitionNotDescribed();
    const record = await store.read((transaction) => findTaskDefinition(transaction, call, reference));
    if (record === undefined) throw taskDefinitionNotDescribed();
    return {
      taskDefinition: taskDefinitionView(record),
      ...(input.include?.includes("TAGS") ? { tags: tagViews(record.tags) } : {}),
    };
  },
});
