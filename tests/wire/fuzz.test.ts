import { createHmac, hash } from "node:crypto";
import { request as send } from "node:http";
import { connect } from "node:net";
import { systemClock } from "@fleetless/kernel";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { credentials, operation, type StartedGateway, service, startGateway } from "./support/start-gateway.ts";

/** Operations that take and answer nothing in particular: only the way to them is tested. */
const all = (action: string, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, operation(action, async () => ({}))]));

const services = [
  service("ecs", () => import("@aws-sdk/client-ecs"), all("a:A", ["RunTask", "RegisterTaskDefinition", "TagResource"])),
  service("sts", () => import("@aws-sdk/client-sts"), all("a:A", ["AssumeRole", "GetCallerIdentity"])),
  service("ec2", () => import("@aws-sdk/client-ec2"), all("a:A", ["DescribeVpcs", "RunInstances"])),
  service("eks", () => import("@aws-sdk/client-eks"), all("a:A", ["CreateCluster", "DescribeCluster", "ListClusters"])),
  service(
    "route53",
    () => import("@aws-sdk/client-route-53"),
    all("a:A", ["CreateHostedZone", "ChangeResourceRecordSets"]),
  ),
  service("s3", () => import("@aws-sdk/client-s3"), all("a:A", ["PutObject", "DeleteObjects", "PutBucketTagging"])),
  service("monitoring", () => import("@aws-sdk/client-cloudwatch"), all("a:A", ["PutMetricData", "DescribeAlarms"])),
];

let started: StartedGateway;
beforeAll(async () => {
  started = await startGateway(services);
});
afterAll(async () => {
  await started[Symbol.asyncDispose]();
});

interface Attempt {
  readonly signingName: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Signs what the SDKs would never send; the path must need no encoding. */
const signed = ({ signingName, method, path, headers, body }: Attempt): Record<string, string> => {
  const amzDate = new Date(systemClock.now()).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${amzDate.slice(0, 8)}/us-east-1/${signingName}/aws4_request`;
  const all: Record<string, string> = { ...headers, host: `127.0.0.1:${started.port}`, "x-amz-date": amzDate };
  const names = Object.keys(all).sort();
  const canonicalHeaders = names.map((name) => `${name}:${all[name]}\n`).join("");
  const canonical = [method, path, "", canonicalHeaders, names.join(";"), hash("sha256", body, "hex")].join("\n");
  const key = scope
    .split("/")
    .reduce<Buffer | string>((from, part) => hmac(from, part), `AWS4${credentials.secretAccessKey}`);
  const signature = createHmac("sha256", key)
    .update(`AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hash("sha256", canonical, "hex")}`)
    .digest("hex");
  const claim = `Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...all, authorization: `AWS4-HMAC-SHA256 ${claim}` };
};

const statusOf = (attempt: Attempt, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const { method, path, body } = attempt;
    const outgoing = send({ host: "127.0.0.1", port: started.port, method, path, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

const forms: readonly Omit<Attempt, "body">[] = [
  ...["RunTask", "RegisterTaskDefinition", "TagResource"].map((name) => ({
    signingName: "ecs",
    method: "POST",
    path: "/",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AmazonEC2ContainerServiceV20141113.${name}`,
    },
  })),
  ...["sts", "ec2"].map((signingName) => ({
    signingName,
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  })),
  { signingName: "eks", method: "POST", path: "/clusters", headers: { "content-type": "application/json" } },
  { signingName: "eks", method: "GET", path: "/clusters/x", headers: {} },
  { signingName: "route53", method: "POST", path: "/2013-04-01/hostedzone", headers: {} },
  { signingName: "s3", method: "PUT", path: "/bucket/key", headers: { "x-amz-meta-a": "b" } },
  {
    signingName: "monitoring",
    method: "POST",
    path: "/service/GraniteServiceVersion20100801/operation/PutMetricData",
    headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
  },
];

const json = fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text));
const jsonOfMembers = fc
  .dictionary(fc.constantFrom("taskDefinition", "containerDefinitions", "tags", "overrides", "family"), fc.jsonValue())
  .map((value) => Buffer.from(JSON.stringify(value)));
const form = fc
  .array(
    fc.tuple(
      fc.constantFrom("Tags.member.1.Key", "Filter.1.Value.1", "__proto__.a", "Policy", "a.b", "DurationSeconds"),
      fc.string(),
    ),
  )
  .chain((pairs) =>
    fc.constantFrom("AssumeRole", "DescribeVpcs", "RunInstances", "constructor", "").map((action) => {
      const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join("&");
      return Buffer.from(`Action=${action}&Version=2011-06-15&${text}`);
    }),
  );
const xml = fc
  .array(
    fc.constantFrom(
      "<a>",
      "</a>",
      "<CreateHostedZoneRequest>",
      "<Name>",
      "</Name>",
      "&amp;",
      "&x;",
      "<!DOCTYPE a>",
      "<![CDATA[",
      "x",
    ),
  )
  .map((parts) => Buffer.from(parts.join("")));
const bytes = fc.uint8Array({ maxLength: 200 });
const body = fc.oneof(bytes, json, jsonOfMembers, form, xml);

test("no signed body is answered with an internal error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...forms), body, async (shape, content) => {
      // A GET goes out without a length, so a body would not arrive as one.
      const attempt = { ...shape, body: shape.method === "GET" ? new Uint8Array() : content };
      const status = await statusOf(attempt, signed(attempt));
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
      expect(status).not.toBe(403);
    }),
    { numRuns: 600 },
  );
});

test("no deep nesting brings the gateway down", async () => {
  const [runTask] = forms;
  if (runTask === undefined) throw new Error("no form of a call");
  for (const text of ["[".repeat(500_000), '{"overrides":'.repeat(50_000), "[{".repeat(100_000)]) {
    const attempt = { ...runTask, body: Buffer.from(text) };
    expect(await statusOf(attempt, signed(attempt))).toBe(400);
  }
  const cbor = forms.at(-1);
  if (cbor === undefined) throw new Error("no form of a call");
  const attempt = { ...cbor, body: Buffer.alloc(1_000_000, 0x81) };
  expect(await statusOf(attempt, signed(attempt))).toBe(400);
});

test("no unsigned headers, targets or bytes are answered with an internal error", async () => {
  const name = fc.constantFrom(
    "authorization",
    "x-amz-target",
    "x-amz-date",
    "content-type",
    "smithy-protocol",
    "content-encoding",
  );
  const value = fc.oneof(
    fc.constantFrom(
      "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=0",
      "AWS4-HMAC-SHA256 ,,=,",
      "application/x-www-form-urlencoded",
      "application/x-amz-json-1.1",
      "__proto__.constructor",
      "gzip",
    ),
    fc.stringMatching(/^[ -~]{0,30}$/),
  );
  const path = fc.oneof(
    fc.stringMatching(/^[!-~]{0,30}$/).map((text) => `/${text.replaceAll("#", "")}`),
    fc.constantFrom("/%", "/?X-Amz-Signature=%ff&X-Amz-Algorithm=x", "/?Action=%", "/service/x/operation/y"),
  );
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }),
      body,
      async (target, headers, content) => {
        const attempt = { signingName: "", method: "POST", path: target, headers, body: content };
        expect(await statusOf(attempt, headers)).toBeLessThan(500);
      },
    ),
    { numRuns: 400 },
  );
});

test("bytes that are no HTTP close the connection and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (content) => {
      const socket = connect(started.port, "127.0.0.1");
      socket.end(content);
      socket.resume();
      await new Promise((resolve) => socket.once("close", resolve));
    }),
    { numRuns: 100 },
  );
  expect((await fetch(`${started.endpoint}/_fleetless/health`)).status).toBe(200);
});
