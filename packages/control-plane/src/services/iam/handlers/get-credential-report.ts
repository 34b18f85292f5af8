import type { GetCredentialReportCommandInput, GetCredentialReportCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { credentialReports } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { reportExpired, reportNotPresent } from "../errors.ts";
import { onAll } from "../permissions.ts";
import { dateView } from "../views.ts";

/** Milliseconds. */
const expiry = 24 * 3_600_000;

export const getCredentialReport = defineOperation<
  IamDependencies,
  GetCredentialReportCommandInput,
  Answer<GetCredentialReportCommandOutput>
>({
  authorise: onAll("iam:GetCredentialReport"),
  handle: async (_input, call, { store, clock }) => {
    const report = await store.read((transaction) => transaction.get(credentialReports, call.accountId));
    if (report === undefined) throw reportNotPresent();
    if (clock.now() - report.generatedAt > expiry) throw reportExpired();
    return {
      Content: Buffer.from(report.content, "utf8"),
      ReportFormat: "text/csv",
      GeneratedTime: dateView(report.generatedAt),
    };
  },
});
