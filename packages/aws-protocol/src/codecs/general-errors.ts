import { ServiceError } from "@fleetless/kernel";
import type { ProtocolName, ServiceModel } from "../model/service-model.ts";

/**
 * The errors that every AWS service has in common go by other codes and statuses in each protocol; this table
 * is how the first of them, Query's, are told in the others.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html
 */
type Wording = readonly [code: string, status: number, message?: string];

interface Wordings {
  readonly json: Wording;
  readonly restJson: Wording;
  readonly query: Wording;
  readonly ec2: Wording;
  readonly s3: Wording;
}

const credentialsNotValidated = "AWS was not able to validate the provided access credentials";

const table: Readonly<Record<string, Wordings>> = {
  MissingAuthenticationToken: {
    json: ["MissingAuthenticationTokenException", 400, "Missing Authentication Token"],
    restJson: ["MissingAuthenticationTokenException", 403, "Missing Authentication Token"],
    query: ["MissingAuthenticationToken", 403],
    ec2: ["MissingAuthenticationToken", 403],
    s3: ["AccessDenied", 403, "Access Denied"],
  },
  IncompleteSignature: {
    json: ["IncompleteSignatureException", 400],
    restJson: ["IncompleteSignatureException", 403],
    query: ["IncompleteSignature", 400],
    ec2: ["IncompleteSignature", 400],
    s3: ["AuthorizationHeaderMalformed", 400],
  },
  SignatureDoesNotMatch: {
    json: ["InvalidSignatureException", 400],
    restJson: ["InvalidSignatureException", 403],
    query: ["SignatureDoesNotMatch", 403],
    ec2: ["SignatureDoesNotMatch", 403],
    s3: ["SignatureDoesNotMatch", 403],
  },
  InvalidClientTokenId: {
    json: ["UnrecognizedClientException", 400],
    restJson: ["UnrecognizedClientException", 403],
    query: ["InvalidClientTokenId", 403],
    ec2: ["AuthFailure", 401, credentialsNotValidated],
    s3: ["InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."],
  },
  ExpiredToken: {
    json: ["ExpiredTokenException", 400],
    restJson: ["ExpiredTokenException", 403],
    query: ["ExpiredToken", 403],
    ec2: ["RequestExpired", 400],
    s3: ["ExpiredToken", 400],
  },
  RequestExpired: {
    json: ["InvalidSignatureException", 400],
    restJson: ["InvalidSignatureException", 403],
    query: ["RequestExpired", 400],
    ec2: ["RequestExpired", 400],
    s3: ["AccessDenied", 403],
  },
  AccessDenied: {
    json: ["AccessDeniedException", 400],
    restJson: ["AccessDeniedException", 403],
    query: ["AccessDenied", 403],
    ec2: ["UnauthorizedOperation", 403],
    s3: ["AccessDenied", 403],
  },
  InvalidAction: {
    json: ["UnknownOperationException", 400],
    restJson: ["UnknownOperationException", 404],
    query: ["InvalidAction", 400],
    ec2: ["InvalidAction", 400],
    s3: ["MethodNotAllowed", 405],
  },
  // Never a status of 5xx: the SDKs would try again and again.
  UnsupportedOperation: {
    json: ["UnsupportedOperationException", 400],
    restJson: ["UnsupportedOperationException", 400],
    query: ["UnsupportedOperation", 400],
    ec2: ["UnsupportedOperation", 400],
    s3: ["NotImplemented", 400],
  },
  SerializationException: {
    json: ["SerializationException", 400],
    restJson: ["SerializationException", 400],
    query: ["MalformedInput", 400],
    ec2: ["MalformedInput", 400],
    s3: ["MalformedXML", 400],
  },
  MalformedQueryString: {
    json: ["SerializationException", 400],
    restJson: ["SerializationException", 400],
    query: ["MalformedQueryString", 404],
    ec2: ["MalformedQueryString", 400],
    s3: ["InvalidRequest", 400],
  },
  ServiceUnavailable: {
    json: ["ServiceUnavailable", 503],
    restJson: ["ServiceUnavailable", 503],
    query: ["ServiceUnavailable", 503],
    ec2: ["Unavailable", 503],
    s3: ["SlowDown", 503, "Please reduce your request rate."],
  },
  Throttling: {
    json: ["ThrottlingException", 400],
    restJson: ["ThrottlingException", 429],
    query: ["Throttling", 400],
    ec2: ["RequestLimitExceeded", 503],
    s3: ["SlowDown", 503],
  },
  RequestEntityTooLarge: {
    json: ["RequestEntityTooLargeException", 413],
    restJson: ["RequestEntityTooLargeException", 413],
    query: ["RequestEntityTooLarge", 413],
    ec2: ["RequestEntityTooLarge", 413],
    s3: ["EntityTooLarge", 413],
  },
  InternalFailure: {
    json: ["InternalFailure", 500],
    restJson: ["InternalFailure", 500],
    query: ["InternalFailure", 500],
    ec2: ["InternalError", 500],
    s3: ["InternalError", 500],
  },
};

const dialectOf = (protocol: ProtocolName, model: ServiceModel | undefined): keyof Wordings => {
  switch (protocol) {
    case "json":
    case "rpc-v2-cbor":
      return "json";
    case "rest-json":
      return "restJson";
    case "ec2-query":
      return "ec2";
    case "query":
      return "query";
    case "rest-xml":
      return model === undefined || model.serviceId === "S3" ? "s3" : "query";
  }
};

/** A general error as a protocol words it; an error that is not in the table stays as it is. */
export const inProtocol = (
  error: ServiceError,
  protocol: ProtocolName,
  model: ServiceModel | undefined,
): ServiceError => {
  const wordings = Object.hasOwn(table, error.code) ? table[error.code] : undefined;
  if (wordings === undefined) return error;
  const [code, status, message] = wordings[dialectOf(protocol, model)];
  return new ServiceError(code, status, message ?? error.message, error.members);
};
