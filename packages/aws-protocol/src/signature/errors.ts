import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export const missingAuthenticationToken = defineError(
  "MissingAuthenticationToken",
  403,
  () => "Request is missing Authentication Token",
);

export const incompleteSignature = defineError("IncompleteSignature", 400, (message: string) => message);

export const signatureDoesNotMatch = defineError(
  "SignatureDoesNotMatch",
  403,
  () =>
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
);

export const invalidScopeRegion = defineError(
  "SignatureDoesNotMatch",
  403,
  (region: string) => `Credential should be scoped to a valid region, not '${region}'.`,
);

export const signatureExpired = defineError(
  "SignatureDoesNotMatch",
  403,
  (signedAt: string, earliest: string, now: string) =>
    `Signature expired: ${signedAt} is now earlier than ${earliest} (${now} - 5 min.)`,
);

export const signatureNotYetCurrent = defineError(
  "SignatureDoesNotMatch",
  403,
  (signedAt: string, latest: string, now: string) =>
    `Signature not yet current: ${signedAt} is still later than ${latest} (${now} + 5 min.)`,
);

export const requestExpired = defineError("RequestExpired", 403, () => "Request has expired");

export const payloadHashMismatch = defineError(
  "XAmzContentSHA256Mismatch",
  400,
  () => "The provided 'x-amz-content-sha256' header does not match what was computed.",
);

export const malformedChunk = defineError("IncompleteBody", 400, (message: string) => message);
