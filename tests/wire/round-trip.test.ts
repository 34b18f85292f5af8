import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as ecs from "@aws-sdk/client-ecs";
import * as efs from "@aws-sdk/client-efs";
import * as eks from "@aws-sdk/client-eks";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as route53 from "@aws-sdk/client-route-53";
import * as secretsManager from "@aws-sdk/client-secrets-manager";
import * as serviceDiscovery from "@aws-sdk/client-servicediscovery";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { operation as operationSchema } from "@smithy/core/schema";
import { HttpResponse } from "@smithy/core/transport";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseCodec, loadServiceModel, type OperationModel } from "../../packages/aws-protocol/src/index.ts";
import { canHoldValues, holdsStream, structureValue } from "./support/arbitrary-value.ts";
import { arrived, comparable, type SdkRequest } from "./support/sdk-protocol.ts";

const region = "us-east-1";

type OperationSchema = ReturnType<typeof operationSchema>;

/** What of a client's configuration writes its requests and reads its responses. */
interface SdkProtocol {
  serializeRequest(schema: OperationSchema, input: object, context: object): Promise<SdkRequest>;
  deserializeResponse(schema: OperationSchema, context: object, response: HttpResponse): Promise<object>;
}

interface Subject {
  readonly name: string;
  readonly sdk: object;
  readonly config: { readonly protocol: SdkProtocol };
}

/** Each protocol at least once, through the SDK's own serialisers and deserialisers. */
const subjects: readonly Subject[] = [
  { name: "ecs: AWS JSON 1.1", sdk: ecs, config: new ecs.ECSClient({ region }).config },
  { name: "logs: AWS JSON 1.1", sdk: logs, config: new logs.CloudWatchLogsClient({ region }).config },
  { name: "kms: AWS JSON 1.1", sdk: kms, config: new kms.KMSClient({ region }).config },
  {
    name: "secretsmanager: AWS JSON 1.1",
    sdk: secretsManager,
    config: new secretsManager.SecretsManagerClient({ region }).config,
  },
  {
    name: "servicediscovery: AWS JSON 1.1",
    sdk: serviceDiscovery,
    config: new serviceDiscovery.ServiceDiscoveryClient({ region }).config,
  },
  { name: "ssm: AWS JSON 1.1", sdk: ssm, config: new ssm.SSMClient({ region }).config },
  { name: "cloudwatch: AWS JSON 1.0", sdk: cloudwatch, config: new cloudwatch.CloudWatchClient({ region }).config },
  { name: "sts: Query", sdk: sts, config: new sts.STSClient({ region }).config },
  { name: "iam: Query", sdk: iam, config: new iam.IAMClient({ region }).config },
  {
    name: "cloudwatch: Query",
    sdk: cloudwatch,
    config: new cloudwatch.CloudWatchClient({ region, protocol: AwsQueryProtocol }).config,
  },
  { name: "ec2: EC2 Query", sdk: ec2, config: new ec2.EC2Client({ region }).config },
  { name: "efs: REST-JSON", sdk: efs, config: new efs.EFSClient({ region }).config },
  { name: "eks: REST-JSON", sdk: eks, config: new eks.EKSClient({ region }).config },
  { name: "route53: REST-XML", sdk: route53, config: new route53.Route53Client({ region }).config },
  {
    name: "cloudwatch: RPC v2 CBOR",
    sdk: cloudwatch,
    config: new cloudwatch.CloudWatchClient({ region, protocol: AwsSmithyRpcV2CborProtocol }).config,
  },
];

const endpoint = async () => ({ protocol: "http:", hostname: "localhost", port: 4566, path: "" });

type SchemaArguments = Parameters<typeof operationSchema>;

const isOperation = (value: unknown): value is [9, ...SchemaArguments] => Array.isArray(value) && value[0] === 9;

const schemasOf = (sdk: object): ReadonlyMap<string, SchemaArguments> => {
  const schemas = new Map<string, SchemaArguments>();
  for (const value of Object.values(sdk)) {
    if (isOperation(value)) schemas.set(value[2], [value[1], value[2], value[3], value[4], value[5]]);
  }
  return schemas;
};

const usable = (operation: OperationModel): boolean =>
  [operation.input, operation.output].every((shape) => !holdsStream(shape) && canHoldValues(shape));

describe.each(subjects)("$name", ({ sdk, config }) => {
  const prepare = async () => {
    const model = await loadServiceModel(sdk);
    const schemas = schemasOf(sdk);
    const operations = [...model.operations.values()].filter(usable);
    expect(operations.length).toBeGreaterThan(model.operations.size / 2);
    return { model, schemas, anOperation: fc.constantFrom(...operations) };
  };
  /** What the SDK's middleware would say of the call. */
  const contextOf = (targetPrefix: string, operation: string) => ({
    ...config,
    endpoint,
    __smithy_context: { service: targetPrefix, operation },
  });
  const schemaOf = (schemas: ReadonlyMap<string, SchemaArguments>, name: string) => {
    const found = schemas.get(name);
    if (found === undefined) throw new Error(`No schema of ${name}`);
    return operationSchema(...found);
  };

  test("what the SDK writes is read back as it was", async () => {
    const { model, schemas, anOperation } = await prepare();
    const cases = anOperation.chain((operation) => fc.tuple(fc.constant(operation), structureValue(operation.input)));
    await fc.assert(
      fc.asyncProperty(cases, async ([operation, input]) => {
        const sent = await config.protocol.serializeRequest(
          schemaOf(schemas, operation.name),
          input,
          contextOf(model.targetPrefix, operation.name),
        );
        const request = arrived(sent);
        const codec = chooseCodec(request, model);
        expect(codec.operationOf(model, request)?.name).toBe(operation.name);
        expect(comparable(codec.parseRequest(operation, request))).toEqual(comparable(input));
      }),
      { numRuns: 150 },
    );
  });

  test("what is written here the SDK reads back as it was", async () => {
    const { model, schemas, anOperation } = await prepare();
    const cases = anOperation.chain((operation) => fc.tuple(fc.constant(operation), structureValue(operation.output)));
    await fc.assert(
      fc.asyncProperty(cases, async ([operation, output]) => {
        const sent = await config.protocol
          .serializeRequest(schemaOf(schemas, operation.name), {}, contextOf(model.targetPrefix, operation.name))
          .catch(() => undefined);
        const codec = chooseCodec(
          sent === undefined ? arrived({ method: "GET", path: "/", headers: {} }) : arrived(sent),
          model,
        );
        const { status, headers, body } = codec.serialiseResponse(operation, output, "request-id");
        const response = new HttpResponse({ statusCode: status, headers: { ...headers }, body: Buffer.from(body) });
        const read = await config.protocol.deserializeResponse(schemaOf(schemas, operation.name), config, response);
        expect(comparable(read)).toEqual(comparable(output));
      }),
      { numRuns: 150 },
    );
  });
});
