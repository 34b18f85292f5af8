import { type HttpRequest, headerOf } from "../http/message.ts";
import type { ServiceModel } from "../model/service-model.ts";
import type { Codec } from "./codec.ts";
import { ec2Query } from "./ec2-query/codec.ts";
import { json10, json11 } from "./json/codec.ts";
import { query } from "./query/codec.ts";
import { restJson } from "./rest-json/codec.ts";
import { restXml } from "./rest-xml/codec.ts";
import { rpcV2Cbor } from "./rpc-v2-cbor/codec.ts";

const s3Scope = /(\/|%2F)s3(\/|%2F)aws4_request/i;
const ec2Version = /(^|&)Version=2016-11-15(&|$)/;

/**
 * The protocol that a request speaks. Services with paths of their own speak one only; the others are asked in
 * whichever the client knows, as CloudWatch is in three. Without a model, what the request itself shows decides.
 */
export const chooseCodec = (request: HttpRequest, model: ServiceModel | undefined): Codec => {
  if (model?.protocol === "rest-json") return restJson;
  if (model?.protocol === "rest-xml") return restXml;
  if (headerOf(request.headers, "smithy-protocol") === "rpc-v2-cbor") return rpcV2Cbor;
  const contentType = headerOf(request.headers, "content-type") ?? "";
  if (headerOf(request.headers, "x-amz-target") !== undefined || contentType.startsWith("application/x-amz-json")) {
    return contentType.startsWith("application/x-amz-json-1.0") ? json10 : json11;
  }
  const isForm = contentType.startsWith("application/x-www-form-urlencoded") || /(^|&)Action=/.test(request.query);
  if (model === undefined) {
    if (s3Scope.test(headerOf(request.headers, "authorization") ?? request.query)) return restXml;
    if (!isForm) return restJson;
    return ec2Version.test(request.query) || ec2Version.test(request.body.toString("latin1", 0, 4096))
      ? ec2Query
      : query;
  }
  if (model.protocol === "ec2-query") return ec2Query;
  if (isForm || model.protocol === "query") return query;
  if (model.protocol === "rpc-v2-cbor") return rpcV2Cbor;
  return model.jsonVersion === "1.0" ? json10 : json11;
};
