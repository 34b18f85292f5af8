import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from "@aws-sdk/client-sts";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { checkLength, checkPattern } from "../constraints.ts";
import type { StsDependencies } from "../dependencies.ts";
import { unknownAccessKey } from "../errors.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html */
export const getAccessKeyInfo = defineOperation<StsDependencies, GetAccessKeyInfoRequest, GetAccessKeyInfoResponse>({
  authorise: permission("sts:GetAccessKeyInfo", () => ["*"]),
  handle: async (input, call, dependencies) => {
    const { AccessKeyId: id = "" } = input;
    checkLength(id, "accessKeyId", { least: 16, most: 128 });
    checkPattern(id, "accessKeyId", /^\w*$/, "[\\w]*");
    const account = id === call.accessKeyId ? call.accountId : await dependencies.accountOfKey(id);
    if (account === undefined) throw unknownAccessKey(id);
    return { Account: account };
  },
});
