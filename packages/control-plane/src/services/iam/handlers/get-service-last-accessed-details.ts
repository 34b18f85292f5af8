import type {
  GetServiceLastAccessedDetailsCommandInput,
  GetServiceLastAccessedDetailsCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { jobNotFound } from "../errors.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permissions.ts";
import { accessJobs, serviceLastAccessedView } from "../service-last-accessed.ts";
import { present } from "../validation.ts";
import { dateView } from "../views.ts";

export const getServiceLastAccessedDetails = defineOperation<
  IamDependencies,
  GetServiceLastAccessedDetailsCommandInput,
  Answer<GetServiceLastAccessedDetailsCommandOutput>
>({
  authorise: onAll("iam:GetServiceLastAccessedDetails"),
  handle: async (input, call, { store }) => {
    const id = present(input.JobId, "jobId");
    const job = await store.read((transaction) => transaction.get(accessJobs, `${call.accountId}/${id}`));
    if (job === undefined) throw jobNotFound(id);
    const { items, ...page } = pageOf(job.services, input, ({ namespace }) => namespace);
    return {
      JobStatus: "COMPLETED",
      JobType: job.granularity,
      JobCreationDate: dateView(job.createdAt),
      JobCompletionDate: dateView(job.completedAt),
      ServicesLastAccessed: items.map((service) => serviceLastAccessedView(service, job.granularity)),
      ...page,
    };
  },
});
