import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HttpRequest, httpRequest } from "../http/message.ts";
import { readSignature } from "./read-signature.ts";
import { SigningKeys } from "./signing-key.ts";
import { checkTime, verifySignature } from "./verify-signature.ts";

type HashInput = string | ArrayBuffer | ArrayBufferView;

/** The constructor of hashes that the SDK's signer asks for. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;
  constructor(key?: HashInput) {
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", bufferOf(key));
  }
  update(data: HashInput): void {
    this.#hash.update(bufferOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

const bufferOf = (data: HashInput): Buffer => {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
};

const now = Date.UTC(2026, 2, 4, 5, 6, 7);
const secret = "a secret";

interface Plain {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const signer = (service: string): SignatureV4 =>
  new SignatureV4({
    service,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIA", secretAccessKey: secret },
    sha256: Sha256,
    uriEscapePath: service !== "s3",
    applyChecksum: true,
  });

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);

const received = (
  signed: { method: string; path: string; query?: Record<string, unknown>; headers: Record<string, string> },
  body: string,
): HttpRequest => {
  const query = Object.entries(signed.query ?? {})
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `${encode(name)}=${encode(String(one))}`),
    )
    .join("&");
  const headers = Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const target = query === "" ? signed.path : `${signed.path}?${query}`;
  return httpRequest({ method: signed.method, target }, headers, Object.entries(headers).flat(), Buffer.from(body));
};

const sign = async (service: string, plain: Plain, options: { expiresIn?: number } = {}): Promise<HttpRequest> => {
  const request = {
    protocol: "http:",
    hostname: "localhost",
    method: plain.method ?? "POST",
    path: plain.path ?? "/",
    query: plain.query ?? {},
    headers: { host: "localhost:4566", ...plain.headers },
    body: plain.body ?? "",
  };
  const signingDate = new Date(now);
  const signed =
    options.expiresIn === undefined
      ? await signer(service).sign(request, { signingDate })
      : await signer(service).presign(request, { signingDate, expiresIn: options.expiresIn });
  const { method, path, query, headers } = signed;
  return received({ method, path, query: query ?? {}, headers }, plain.body ?? "");
};

const verify = (request: HttpRequest, at = now, key = secret): HttpRequest => {
  const signature = readSignature(request);
  if (signature === undefined) throw new Error("the request bears no signature");
  checkTime(signature, at);
  return verifySignature(request, signature, key, new SigningKeys());
};

describe("a signature in the headers", () => {
  test("holds for the SDK's own signer, whatever the path, query, headers and body", async () => {
    const word = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((text) => text.isWellFormed());
    const segment = fc
      .string({ minLength: 1, maxLength: 8 })
      .map(encode)
      .filter((text) => text !== "." && text !== "..");
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("ecs", "s3", "eks"),
        fc.array(segment, { maxLength: 4 }),
        fc.dictionary(word, word, { maxKeys: 4, noNullPrototype: true }),
        fc.string({ unit: fc.constantFrom("a", "b", " ", ",", "=", '"'), maxLength: 20 }),
        word,
        async (service, segments, query, header, body) => {
          const plain = { path: `/${segments.join("/")}`, query, headers: { "x-amz-meta": `v${header}v` }, body };
          const request = await sign(service, plain);
          expect(verify(request).body.toString()).toBe(body);
        },
      ),
      { numRuns: 200 },
    );
  });

  const tampered: readonly [string, (request: HttpRequest) => HttpRequest][] = [
    ["body", (request) => ({ ...request, body: Buffer.from("{}x") })],
    ["method", (request) => ({ ...request, method: "PUT" })],
    ["path", (request) => ({ ...request, path: "/other" })],
    ["query", (request) => ({ ...request, query: "a=2" })],
    ["header", (request) => ({ ...request, headers: { ...request.headers, "x-amz-target": "Other.Operation" } })],
    ["added header", (request) => ({ ...request, headers: { ...request.headers, "x-amz-acl": "public-read" } })],
    ["host", (request) => ({ ...request, headers: { ...request.headers, host: "elsewhere" } })],
  ];
  test.each(tampered)("does not hold with another %s", async (_name, tamper) => {
    const request = await sign("ecs", { query: { a: "1" }, headers: { "x-amz-target": "A.B" }, body: "{}" });
    verify(request);
    expect(() => verify(tamper(request))).toThrow();
  });

  test("does not hold with another secret, nor truncated, nor in capitals", async () => {
    const request = await sign("ecs", { body: "{}" });
    expect(() => verify(request, now, "another")).toThrow(/signature we calculated does not match/);
    const authorization = request.headers.authorization ?? "";
    for (const changed of [
      authorization.slice(0, -1),
      authorization.replace(/Signature=.*/, (text) => text.toUpperCase()),
    ]) {
      expect(() => verify({ ...request, headers: { ...request.headers, authorization: changed } })).toThrow();
    }
  });

  test("holds for five minutes either way", async () => {
    const request = await sign("ecs", {});
    verify(request, now + 300_000);
    verify(request, now - 300_000);
    expect(() => verify(request, now + 301_000)).toThrow(
      "Signature expired: 20260304T050607Z is now earlier than 20260304T050608Z (20260304T051108Z - 5 min.)",
    );
    expect(() => verify(request, now - 301_000)).toThrow(
      "Signature not yet current: 20260304T050607Z is still later than 20260304T050606Z (20260304T050106Z + 5 min.)",
    );
  });

  test("is a claim that must be complete", () => {
    const read = (authorization: string) =>
      readSignature(httpRequest({ method: "GET", target: "/" }, { authorization }, [], Buffer.alloc(0)));
    expect(() => read("AWS4-HMAC-SHA256 Credential=a/20260304/us-east-1/ecs/aws4_request")).toThrow(
      "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
    );
    expect(() => read("Basic YTpi")).toThrow("Unsupported AWS 'algorithm': 'Basic'");
    expect(readSignature(httpRequest({ method: "GET", target: "/" }, {}, [], Buffer.alloc(0)))).toBeUndefined();
  });
});

describe("a presigned URL", () => {
  test.each(["s3", "sts"])("holds for %s until it expires", async (service) => {
    const headers: Record<string, string> = service === "s3" ? { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } : {};
    const plain = { method: "GET", path: "/a/b", query: { Action: "X" }, headers };
    const request = await sign(service, plain, { expiresIn: 60 });
    verify(request, now + 60_000);
    expect(() => verify(request, now + 61_000)).toThrow("Request has expired");
    expect(() => verify({ ...request, query: request.query.replace("Action=X", "Action=Y") })).toThrow(
      /does not match/,
    );
    expect(() =>
      verify({ ...request, query: request.query.replace("X-Amz-Expires=60", "X-Amz-Expires=600") }),
    ).toThrow();
  });
});

test("AWS's published example of a signing key", () => {
  const key = new SigningKeys().get("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", {
    date: "20150830",
    region: "us-east-1",
    service: "iam",
  });
  expect(key.export().toString("hex")).toBe("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
});
