import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export const invalidClientTokenId = defineError(
  "InvalidClientTokenId",
  403,
  () => "The security token included in the request is invalid.",
);

export const expiredToken = defineError(
  "ExpiredToken",
  403,
  () => "The security token included in the request is expired",
);
