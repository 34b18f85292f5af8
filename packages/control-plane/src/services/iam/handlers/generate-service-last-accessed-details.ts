import { randomUUID } from "node:crypto";
import type {
  GenerateServiceLastAccessedDetailsCommandInput,
  GenerateServiceLastAccessedDetailsCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { accessJobs, gatherServiceAccess } from "../service-last-accessed.ts";
import { present } from "../validation.ts";

/** The audit trail is read before this answers, so that the job is completed by then. */
export const generateServiceLastAccessedDetails = defineOperation<
  IamDependencies,
  GenerateServiceLastAccessedDetailsCommandInput,
  Answer<GenerateServiceLastAccessedDetailsCommandOutput>
>({
  authorise: permission("iam:GenerateServiceLastAccessedDetails", (input) => [input.Arn ?? ""]),
  handle: async (input, call, dependencies) => {
    const { store, clock } = dependencies;
    const entityArn = present(input.Arn, "arn");
    const createdAt = clock.now();
    const services = await gatherServiceAccess(dependencies, call.accountId, entityArn);
    const id = randomUUID();
    await store.transaction(async (transaction) =>
      transaction.put(accessJobs, `${call.accountId}/${id}`, {
        accountId: call.accountId,
        entityArn,
        granularity: input.Granularity ?? "SERVICE_LEVEL",
        createdAt,
        completedAt: clock.now(),
        services,
      }),
    );
    return { JobId: id };
  },
});
