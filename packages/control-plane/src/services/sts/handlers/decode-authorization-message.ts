import type { DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse } from "@aws-sdk/client-sts";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { checkLength } from "../constraints.ts";
import type { StsDependencies } from "../dependencies.ts";
import { invalidAuthorizationMessage } from "../errors.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html */
export const decodeAuthorizationMessage = defineOperation<
  StsDependencies,
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
>({
  authorise: permission("sts:DecodeAuthorizationMessage", () => ["*"]),
  handle: async (input, _call, dependencies) => {
    const { EncodedMessage: message = "" } = input;
    checkLength(message, "encodedMessage", { least: 1, most: 10_240 });
    const decoded = dependencies.decodeAuthorizationMessage(message);
    if (decoded === undefined) throw invalidAuthorizationMessage();
    return { DecodedMessage: decoded };
  },
});
