import { ServiceError } from "@fleetless/kernel";
import { describe, expect, test } from "vitest";
import {
  chooseCodec,
  type HttpRequest,
  type HttpResponse,
  httpRequest,
  loadServiceModel,
} from "../../packages/aws-protocol/src/index.ts";
import { ec2Query } from "./golden/ec2-query.ts";
import { requestId } from "./golden/exchange.ts";
import { json } from "./golden/json.ts";
import { query } from "./golden/query.ts";
import { restJson } from "./golden/rest-json.ts";
import { restXml } from "./golden/rest-xml.ts";
import { rpcV2Cbor } from "./golden/rpc-v2-cbor.ts";

const split = (text: string): { head: readonly string[]; body: string } => {
  const end = text.indexOf("\n\n");
  return { head: text.slice(0, end).split("\n"), body: text.slice(end + 2) };
};

const bytesOf = (body: string, binary: true | undefined): Buffer =>
  binary ? Buffer.from(body.replace(/\s/g, ""), "hex") : Buffer.from(body);

const requestOf = (text: string, binary: true | undefined): HttpRequest => {
  const { head, body } = split(text);
  const [line = "", ...lines] = head;
  const [method = "", target = ""] = line.split(" ");
  const headers = Object.fromEntries(
    lines.map((header) => [header.slice(0, header.indexOf(":")), header.slice(header.indexOf(":") + 2)]),
  );
  return httpRequest({ method, target }, headers, [], bytesOf(body, binary));
};

const textOf = ({ status, headers }: HttpResponse): readonly string[] => [
  String(status),
  ...Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .sort(),
];

describe.each([json, query, ec2Query, restJson, restXml, rpcV2Cbor])("$name", (golden) => {
  const prepare = async () => {
    const model = await loadServiceModel(await golden.model());
    const request = requestOf(golden.request, golden.binary);
    const codec = chooseCodec(request, model);
    const operation = codec.operationOf(model, request);
    if (operation === undefined) throw new Error("the request names no operation");
    return { model, request, codec, operation };
  };
  const expectBytes = (response: HttpResponse, expected: string): void => {
    const { head, body } = split(expected);
    expect(textOf(response)).toEqual(head);
    const bytes = Buffer.from(response.body);
    if (golden.binary) expect(bytes.toString("hex")).toBe(bytesOf(body, true).toString("hex"));
    else expect(bytes.toString()).toBe(body);
  };

  test("the request", async () => {
    const { request, codec, operation } = await prepare();
    expect(operation.name).toBe(golden.operation);
    expect(codec.parseRequest(operation, request)).toEqual(golden.input);
  });

  test("the response", async () => {
    const { codec, operation } = await prepare();
    expectBytes(codec.serialiseResponse(operation, golden.output, requestId), golden.response);
  });

  test("the error", async () => {
    const { codec, model } = await prepare();
    const { code, status, message, members } = golden.error;
    const error = new ServiceError(code, status, message, { ...members });
    expectBytes(codec.serialiseError(error, { model, requestId }), golden.errorResponse);
  });
});
