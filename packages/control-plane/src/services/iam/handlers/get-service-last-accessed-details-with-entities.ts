import type {
  GetServiceLastAccessedDetailsWithEntitiesCommandInput,
  GetServiceLastAccessedDetailsWithEntitiesCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { entityInfo } from "../entities.ts";
import { jobNotFound, serviceNotInJob } from "../errors.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permissions.ts";
import { accessJobs } from "../service-last-accessed.ts";
import { present } from "../validation.ts";
import { dateView } from "../views.ts";

export const getServiceLastAccessedDetailsWithEntities = defineOperation<
  IamDependencies,
  GetServiceLastAccessedDetailsWithEntitiesCommandInput,
  Answer<GetServiceLastAccessedDetailsWithEntitiesCommandOutput>
>({
  authorise: onAll("iam:GetServiceLastAccessedDetailsWithEntities"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const id = present(input.JobId, "jobId");
      const namespace = present(input.ServiceNamespace, "serviceNamespace");
      const job = await transaction.get(accessJobs, `${call.accountId}/${id}`);
      if (job === undefined) throw jobNotFound(id);
      const service = job.services.find((each) => each.namespace === namespace);
      if (service === undefined) throw serviceNotInJob(namespace);
      const { items, ...page } = pageOf(service.entities, input, ({ arn }) => arn);
      const details = await Promise.all(
        items.map(async ({ arn, at }) => ({
          EntityInfo: await entityInfo(transaction, call.accountId, arn),
          LastAuthenticated: dateView(at),
        })),
      );
      return {
        JobStatus: "COMPLETED",
        JobCreationDate: dateView(job.createdAt),
        JobCompletionDate: dateView(job.completedAt),
        EntityDetailsList: details,
        ...page,
      };
    }),
});
