import type { GenerateCredentialReportCommandInput, GenerateCredentialReportCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { credentialReports } from "../collections.ts";
import { writeCredentialReport } from "../credential-report.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onAll } from "../permissions.ts";

/** Milliseconds. */
const reportLifetime = 4 * 3_600_000;

/** The report is there when this answers; one younger than four hours is kept, as by AWS. */
export const generateCredentialReport = defineOperation<
  IamDependencies,
  GenerateCredentialReportCommandInput,
  Answer<GenerateCredentialReportCommandOutput>
>({
  authorise: onAll("iam:GenerateCredentialReport"),
  handle: async (_input, call, dependencies) => {
    const { store, clock } = dependencies;
    const known = await store.read((transaction) => transaction.get(credentialReports, call.accountId));
    if (known !== undefined && clock.now() - known.generatedAt < reportLifetime) return { State: "COMPLETE" };
    const content = await writeCredentialReport(dependencies, call.accountId);
    await store.transaction(async (transaction) =>
      transaction.put(credentialReports, call.accountId, { content, generatedAt: clock.now() }),
    );
    return { State: "STARTED", Description: "No report exists. Starting a new report generation task" };
  },
});
