import type { GetAccessKeyLastUsedCommandInput, GetAccessKeyLastUsedCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { accessKeyNotFound } from "../errors.ts";
import { findAccessKey } from "../repository.ts";
import { present } from "../validation.ts";
import { dateView } from "../views.ts";

export const getAccessKeyLastUsed = defineOperation<
  IamDependencies,
  GetAccessKeyLastUsedCommandInput,
  Answer<GetAccessKeyLastUsedCommandOutput>
>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store }) => {
      const key = await store.read((transaction) => findAccessKey(transaction, input.AccessKeyId ?? ""));
      const user = key?.accountId === call.accountId ? key.userName : "*";
      return [{ action: "iam:GetAccessKeyLastUsed", resources: [`arn:aws:iam::${call.accountId}:user/${user}`] }];
    },
  },
  handle: async (input, call, { store, callHistory }) => {
    const id = present(input.AccessKeyId, "accessKeyId");
    const key = await store.read((transaction) => findAccessKey(transaction, id));
    if (key === undefined || key.accountId !== call.accountId) throw accessKeyNotFound(id);
    const last = await callHistory.lastOfKey(id);
    return {
      UserName: key.userName,
      AccessKeyLastUsed:
        last === undefined
          ? { ServiceName: "N/A", Region: "N/A" }
          : { LastUsedDate: dateView(last.at), ServiceName: last.service, Region: last.region },
    };
  },
});
