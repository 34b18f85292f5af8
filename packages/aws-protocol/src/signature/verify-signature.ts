import { createHmac, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import { type HttpRequest, headerOf } from "../http/message.ts";
import { formatAmzDate } from "./amz-date.ts";
import { canonicalRequest } from "./canonical-request.ts";
import { decodeChunkedPayload, isChunked } from "./chunked-payload.ts";
import { formatScope } from "./credential-scope.ts";
import {
  incompleteSignature,
  payloadHashMismatch,
  requestExpired,
  signatureDoesNotMatch,
  signatureExpired,
  signatureNotYetCurrent,
} from "./errors.ts";
import type { RequestSignature } from "./read-signature.ts";
import type { SigningKeys } from "./signing-key.ts";

/** How far a client's clock may be from ours, in milliseconds. */
const allowedSkew = 5 * 60 * 1000;
const unsignedPayload = "UNSIGNED-PAYLOAD";
const emptyHash = hash("sha256", "", "hex");

/** Throws where the signature is of another time than now (milliseconds since the epoch). */
export const checkTime = (signature: RequestSignature, now: number): void => {
  const { signedAt, amzDate, expires } = signature;
  if (signedAt > now + allowedSkew) {
    throw signatureNotYetCurrent(amzDate, formatAmzDate(now + allowedSkew), formatAmzDate(now));
  }
  if (expires === undefined && signedAt < now - allowedSkew) {
    throw signatureExpired(amzDate, formatAmzDate(now - allowedSkew), formatAmzDate(now));
  }
  if (expires !== undefined && signedAt + expires * 1000 < now) throw requestExpired();
};

/** A header that changes what a call means must be under the signature, or a stranger could add it. */
const checkSignedHeaders = (request: HttpRequest, signature: RequestSignature): void => {
  const signed = signature.signedHeaders;
  if (!signed.includes("host")) {
    throw incompleteSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name in request.headers) {
    if (name.startsWith("x-amz-") && name !== "x-amz-user-agent" && !signed.includes(name)) {
      throw incompleteSignature(`'${name.slice(0, 64)}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
};

/** The hash that the client signed: what it declares, or that of the body. */
const payloadHashOf = (request: HttpRequest, signature: RequestSignature): string => {
  const declared = signature.declaredPayload;
  if (declared === unsignedPayload || (declared !== undefined && isChunked(declared))) return declared;
  if (declared === undefined && signature.form === "presigned" && signature.credential.service === "s3") {
    return unsignedPayload;
  }
  const actual = request.body.length === 0 ? emptyHash : hash("sha256", request.body, "hex");
  if (declared !== undefined && declared.toLowerCase() !== actual) throw payloadHashMismatch();
  return actual;
};

interface Signing {
  readonly key: KeyObject;
  readonly scope: RequestSignature["credential"];
}

/** Throws SignatureDoesNotMatch unless the secret's holder signed this head over a payload of this hash. */
const checkSignature = (
  request: HttpRequest,
  signature: RequestSignature,
  payloadHash: string,
  { key, scope }: Signing,
): void => {
  const parts = {
    service: scope.service,
    signedHeaders: signature.signedHeaders,
    presigned: signature.form === "presigned",
  };
  const canonical = hash("sha256", canonicalRequest(request, parts, payloadHash), "hex");
  const expected = createHmac("sha256", key)
    .update(`AWS4-HMAC-SHA256\n${signature.amzDate}\n${formatScope(scope)}\n${canonical}`)
    .digest();
  const given = Buffer.from(/^[0-9a-f]{64}$/.test(signature.signature) ? signature.signature : "", "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw signatureDoesNotMatch();
};

/**
 * As much of `verifySignature` as needs no body: all but the payload's hash where the client declares that, else
 * only that what must be signed is. Throws SignatureDoesNotMatch, IncompleteSignature.
 */
export const verifyHead = (
  head: HttpRequest,
  signature: RequestSignature,
  secretAccessKey: string,
  keys: SigningKeys,
): void => {
  checkSignedHeaders(head, signature);
  const { credential: scope, declaredPayload } = signature;
  if (declaredPayload === undefined) return;
  const isWord = declaredPayload === unsignedPayload || isChunked(declaredPayload);
  const payloadHash = isWord ? declaredPayload : declaredPayload.toLowerCase();
  checkSignature(head, signature, payloadHash, { key: keys.get(secretAccessKey, scope), scope });
};

/**
 * Proves that the holder of `secretAccessKey` signed this very request, and answers the request with its
 * payload decoded. Throws SignatureDoesNotMatch, IncompleteSignature, RequestExpired.
 */
export const verifySignature = (
  request: HttpRequest,
  signature: RequestSignature,
  secretAccessKey: string,
  keys: SigningKeys,
): HttpRequest => {
  checkSignedHeaders(request, signature);
  const { credential, amzDate } = signature;
  const payloadHash = payloadHashOf(request, signature);
  const key = keys.get(secretAccessKey, credential);
  checkSignature(request, signature, payloadHash, { key, scope: credential });
  if (!isChunked(payloadHash)) return request;
  const chain = { key, scope: credential, amzDate, seedSignature: signature.signature };
  const { body, trailers } = decodeChunkedPayload(request.body, payloadHash.includes("UNSIGNED") ? undefined : chain);
  const length = headerOf(request.headers, "x-amz-decoded-content-length");
  if (length !== undefined && Number(length) !== body.length) throw payloadHashMismatch();
  return { ...request, headers: { ...request.headers, ...Object.fromEntries(trailers) }, body };
};
