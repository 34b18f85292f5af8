import { loadEnumerations } from "./enumerations.ts";
import { ShapeBuilder, type StructureShape } from "./shape.ts";

export type ProtocolName = "json" | "query" | "ec2-query" | "rest-json" | "rest-xml" | "rpc-v2-cbor";

interface HttpBinding {
  readonly method: string;
  /** A URI pattern such as `/{Bucket}/{Key+}?acl`. */
  readonly uri: string;
  readonly status: number;
}

export interface OperationModel {
  readonly name: string;
  readonly service: ServiceModel;
  readonly http: HttpBinding | undefined;
  /** Undefined where the operation takes or answers nothing. */
  readonly input: StructureShape | undefined;
  readonly output: StructureShape | undefined;
}

export interface ErrorModel {
  /** The shape's name, which JSON protocols send. */
  readonly name: string;
  /** The code that Query protocols send. */
  readonly queryCode: string;
  readonly shape: StructureShape;
}

/** What the SDK's package says of one service. */
export interface ServiceModel {
  readonly serviceId: string;
  /** What the SDK itself speaks; `jsonVersion` is 1.0 or 1.1 for JSON. */
  readonly protocol: ProtocolName;
  readonly jsonVersion: "1.0" | "1.1";
  /** The part of X-Amz-Target before the dot. */
  readonly targetPrefix: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly xmlNamespace: string;
  /** JSON answers carry the code of the service's former Query protocol in x-amzn-query-error. */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** By shape name and by Query code. */
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

type SchemaReference = Parameters<ShapeBuilder["structure"]>[0];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const textOf = (record: Readonly<Record<string, unknown>>, key: string): string => {
  const value = record[key];
  return typeof value === "string" ? value : "";
};

const isSchema = (
  value: unknown,
  kind: number,
): value is [number, string, string, unknown, SchemaReference, SchemaReference] =>
  Array.isArray(value) && value[0] === kind && typeof value[1] === "string" && typeof value[2] === "string";

const isErrorSchema = (value: unknown): value is [-3, string, string, Record<string, unknown> | number, string[], []] =>
  Array.isArray(value) && value[0] === -3;

type ClientConstructor = new (configuration: {
  region: string;
}) => { readonly config: Readonly<Record<string, unknown>> };

const isClientConstructor = (name: string, value: unknown): value is ClientConstructor =>
  typeof value === "function" && name.endsWith("Client") && name !== "__Client";

type Settings = (configuration: { region: string }) => Readonly<Record<string, unknown>>;

const isSettings = (name: string, value: unknown): value is Settings =>
  typeof value === "function" && name === "getRuntimeConfig";

const isProtocolConstructor = (value: unknown): value is new (settings: unknown) => object =>
  typeof value === "function";

const protocols: Readonly<Record<string, { readonly protocol: ProtocolName; readonly jsonVersion: "1.0" | "1.1" }>> = {
  "aws.protocols#awsJson1_0": { protocol: "json", jsonVersion: "1.0" },
  "aws.protocols#awsJson1_1": { protocol: "json", jsonVersion: "1.1" },
  "aws.protocols#awsQuery": { protocol: "query", jsonVersion: "1.0" },
  "aws.protocols#ec2Query": { protocol: "ec2-query", jsonVersion: "1.0" },
  "aws.protocols#restJson1": { protocol: "rest-json", jsonVersion: "1.1" },
  "aws.protocols#restXml": { protocol: "rest-xml", jsonVersion: "1.0" },
  "smithy.protocols#rpcv2Cbor": { protocol: "rpc-v2-cbor", jsonVersion: "1.0" },
};

const httpBindingOf = (traits: unknown): HttpBinding | undefined => {
  const http = isRecord(traits) ? traits["http"] : undefined;
  if (!Array.isArray(http)) return undefined;
  return { method: String(http[0]), uri: String(http[1]), status: Number(http[2]) };
};

const protocolOf = (config: Readonly<Record<string, unknown>>): (typeof protocols)[string] => {
  const protocol = config["protocol"];
  const shapeId: unknown =
    isRecord(protocol) && typeof protocol["getShapeId"] === "function" ? protocol["getShapeId"]() : undefined;
  const known = protocols[String(shapeId)];
  if (known === undefined) throw new TypeError(`The SDK speaks a protocol that is not known here: ${String(shapeId)}`);
  return known;
};

/** What the package's client is made with: from the client itself, or from the settings that `sdkSchemas` brings. */
const configurationOf = (entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> => {
  const settings = { region: "us-east-1" };
  for (const [name, value] of entries) {
    if (isClientConstructor(name, value)) return new value(settings).config;
    if (isSettings(name, value)) {
      const config = value(settings);
      const { protocol } = config;
      return isProtocolConstructor(protocol)
        ? { ...config, protocol: new protocol(config["protocolSettings"]) }
        : config;
    }
  }
  throw new TypeError("The module exports no client: not an @aws-sdk/client-* package");
};

/** Makes the index of a service from the exports of its `@aws-sdk/client-*` package, or from its `sdkSchemas`. */
export const loadServiceModel = async (sdk: object): Promise<ServiceModel> => {
  const entries = Object.entries(sdk);
  const config = configurationOf(entries);
  const settings = isRecord(config["protocolSettings"]) ? config["protocolSettings"] : {};
  const serviceId = textOf(config, "serviceId");
  const shapes = new ShapeBuilder(await loadEnumerations(serviceId, sdk));
  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, ErrorModel>();
  const model: ServiceModel = {
    serviceId,
    ...protocolOf(config),
    targetPrefix: textOf(settings, "serviceTarget"),
    apiVersion: textOf(settings, "version"),
    namespace: textOf(settings, "defaultNamespace"),
    xmlNamespace: textOf(settings, "xmlNamespace"),
    queryCompatible: settings["awsQueryCompatible"] === true,
    operations,
    errors,
  };
  for (const [, value] of entries) {
    if (isSchema(value, 9)) operations.set(value[2], operationOf(model, shapes, value));
    else if (isErrorSchema(value) && !value[1].startsWith("smithy.ts.sdk.synthetic")) addError(errors, shapes, value);
  }
  return model;
};

const operationOf = (
  service: ServiceModel,
  shapes: ShapeBuilder,
  [, , name, traits, inputReference, outputReference]: [
    number,
    string,
    string,
    unknown,
    SchemaReference,
    SchemaReference,
  ],
): OperationModel => {
  let input: { readonly shape: StructureShape | undefined } | undefined;
  let output: { readonly shape: StructureShape | undefined } | undefined;
  return {
    name,
    service,
    http: httpBindingOf(traits),
    get input() {
      input ??= { shape: shapes.structure(inputReference) };
      return input.shape;
    },
    get output() {
      output ??= { shape: shapes.structure(outputReference) };
      return output.shape;
    },
  };
};

const addError = (
  errors: Map<string, ErrorModel>,
  shapes: ShapeBuilder,
  schema: [-3, string, string, Record<string, unknown> | number, string[], []],
): void => {
  const shape = shapes.structure(schema);
  if (shape === undefined) return;
  const traits = schema[3];
  const queryError = isRecord(traits) ? traits["awsQueryError"] : undefined;
  const queryCode = Array.isArray(queryError) ? String(queryError[0]) : schema[2];
  const model: ErrorModel = { name: schema[2], queryCode, shape };
  errors.set(schema[2], model);
  if (!errors.has(queryCode)) errors.set(queryCode, model);
};

/**
 * Whether what stands before the operation in an X-Amz-Target means a service. Some clients put the name of a package
 * before the service's, as botocore does for CloudTrail: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.
 */
export const isTargetOf = ({ targetPrefix }: Pick<ServiceModel, "targetPrefix">, prefix: string): boolean =>
  prefix === targetPrefix || (prefix.startsWith("com.amazonaws.") && prefix.endsWith(`.${targetPrefix}`));
