import { once } from "node:events";
import { request } from "node:http";
import { CloudWatchLogsClient, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { expect, test } from "vitest";
import { credentials, operation, service, startGateway } from "./support/start-gateway.ts";

const services = [
  service("logs", () => import("@aws-sdk/client-cloudwatch-logs"), {
    PutLogEvents: operation("logs:PutLogEvents", async () => ({ nextSequenceToken: "1" })),
  }),
];

const client = (endpoint: string) =>
  new CloudWatchLogsClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
const events = (bytes: number) =>
  new PutLogEventsCommand({
    logGroupName: "g",
    logStreamName: "s",
    logEvents: [{ timestamp: 1, message: "x".repeat(bytes) }],
  });

const amzDate = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");

interface Head {
  readonly accessKeyId: string;
  readonly at?: number;
  readonly more?: Readonly<Record<string, string>>;
}

/** What is answered to a head whose body never comes, or to the first of a body that never ends. */
const answerTo = async (port: number, { accessKeyId, at = Date.now(), more = {} }: Head, first = Buffer.alloc(0)) => {
  const date = amzDate(at);
  const names = [
    "host",
    "x-amz-date",
    "x-amz-target",
    ...Object.keys(more).filter((name) => name.startsWith("x-amz-")),
  ].sort();
  const sent = request({
    port,
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "Logs_20140328.PutLogEvents",
      "x-amz-date": date,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${date.slice(0, 8)}/us-east-1/logs/aws4_request, SignedHeaders=${names.join(";")}, Signature=${"0".repeat(64)}`,
      ...more,
    },
  });
  sent.on("error", () => undefined);
  sent.write(first);
  sent.flushHeaders();
  const [response] = await once(sent, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  sent.destroy();
  return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
};

const large = { "content-length": "1000000" };

test("a stranger is refused before a large body comes", async () => {
  await using started = await startGateway(services);
  expect(await answerTo(started.port, { accessKeyId: "AKIAOTHER", more: large })).toMatchObject({
    status: 400,
    body: { __type: expect.stringContaining("UnrecognizedClientException") },
  });
  expect(await answerTo(started.port, { accessKeyId: "AKIAEXAMPLE", at: 0, more: large })).toMatchObject({
    body: { message: expect.stringContaining("Signature expired") },
  });
  const hashed = { ...large, "x-amz-content-sha256": "0".repeat(64) };
  expect(await answerTo(started.port, { accessKeyId: "AKIAEXAMPLE", more: hashed })).toMatchObject({
    body: { __type: expect.stringContaining("InvalidSignatureException") },
  });
  expect(started.records.map(({ operation, errorCode }) => [operation, errorCode])).toEqual([
    ["PutLogEvents", "UnrecognizedClientException"],
    ["PutLogEvents", "InvalidSignatureException"],
    ["PutLogEvents", "InvalidSignatureException"],
  ]);
});

test("a stranger is refused within a body that does not say how long it is", async () => {
  await using started = await startGateway(services);
  const more = { "transfer-encoding": "chunked" };
  const answer = await answerTo(started.port, { accessKeyId: "AKIAOTHER", more }, Buffer.alloc(70_000));
  expect(answer).toMatchObject({
    status: 400,
    body: { __type: expect.stringContaining("UnrecognizedClientException") },
  });
});

test("who is known sends large bodies", async () => {
  await using started = await startGateway(services);
  await expect(client(started.endpoint).send(events(1_000_000))).resolves.toBeTruthy();
});

test("more than the server holds at once is told to come again, and there is room again after", async () => {
  await using started = await startGateway(services, { bodyBudget: 150_000 });
  const logs = client(started.endpoint);
  for (let round = 0; round < 3; round += 1) {
    await expect(logs.send(events(200_000))).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await expect(logs.send(events(100_000))).resolves.toBeTruthy();
  }
});
