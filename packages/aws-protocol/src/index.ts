export { chooseCodec } from "./codecs/choose-codec.ts";
export { type Codec, type ErrorContext, isStructureValue, type StructureValue } from "./codecs/codec.ts";
export { ec2Query } from "./codecs/ec2-query/codec.ts";
export { formParameters } from "./codecs/form/form-parameters.ts";
export { inProtocol } from "./codecs/general-errors.ts";
export { json10, json11 } from "./codecs/json/codec.ts";
export { query } from "./codecs/query/codec.ts";
export { restJson } from "./codecs/rest-json/codec.ts";
export { restXml } from "./codecs/rest-xml/codec.ts";
export { rpcV2Cbor } from "./codecs/rpc-v2-cbor/codec.ts";
export { serialisationError } from "./codecs/serialisation-error.ts";
export { validationError } from "./codecs/validation-error.ts";
export { type HttpRequest, type HttpResponse, headerOf, httpRequest } from "./http/message.ts";
export { parseQueryString } from "./http/query-string.ts";
export { checkInput, describeViolations, type Violation } from "./model/check-input.ts";
export { checkOutput } from "./model/check-output.ts";
export { redactSensitive } from "./model/redact-sensitive.ts";
export { sdkSchemas } from "./model/sdk-schemas.ts";
export {
  isTargetOf,
  loadServiceModel,
  type OperationModel,
  type ProtocolName,
  type ServiceModel,
} from "./model/service-model.ts";
export type { Member, Shape, StructureShape } from "./model/shape.ts";
export * from "./signature/errors.ts";
export { type RequestSignature, readSignature } from "./signature/read-signature.ts";
export { SigningKeys } from "./signature/signing-key.ts";
export { checkTime, verifyHead, verifySignature } from "./signature/verify-signature.ts";
