import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, silentLogger, systemClock } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CallRecord } from "../gateway/ports.ts";
import type { OpenedStore } from "../state/append/append-tables.ts";
import { openSqliteStore } from "../state/sqlite/open.ts";
import { createAuditSink } from "./audit-sink.ts";
import { readAuditTrail } from "./read-audit-trail.ts";

const chainKey = Buffer.alloc(32, 7);
const account = accountId("123456789012");

const call = (number: number, more: Partial<CallRecord> = {}): CallRecord => ({
  eventId: `event-${number}`,
  requestId: `request-${number}`,
  at: Date.UTC(2026, 10, 1, 12, 0, number, 345),
  service: "ecs",
  operation: "RunTask",
  readOnly: false,
  region: "eu-west-1",
  accountId: account,
  principal: {
    kind: "assumed-role",
    accountId: account,
    arn: `arn:aws:sts::${account}:assumed-role/deploy/ci`,
    userId: "AROAEXAMPLE:ci",
    roleArn: `arn:aws:iam::${account}:role/deploy`,
    roleName: "deploy",
    sessionName: "ci",
    sessionPolicies: [],
    issuedAt: Date.UTC(2026, 10, 1, 11),
  },
  accessKeyId: "ASIAEXAMPLE",
  sourceAddress: "10.0.0.1",
  userAgent: "aws-cli/2",
  requestParameters: {
    TaskDefinition: "web",
    Tags: [{ Key: "a" }],
    at: new Date(0),
    blob: new Uint8Array(3),
    Labels: new Map([["Team", { Name: 1 }]]),
  },
  responseElements: { tasks: [] },
  errorCode: undefined,
  errorMessage: undefined,
  ...more,
});

describe("the audit sink", () => {
  let directory = "";
  let store: OpenedStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-audit-"));
    store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock: systemClock });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  it("writes a record in CloudTrail's shape", async () => {
    const sink = createAuditSink({ records: store.auditRecords, logger: silentLogger, chainKey });
    sink.record(call(1));
    await sink.close();
    const { events } = await readAuditTrail(store.auditRecords, { requestId: "request-1", limit: 10 });
    expect(events.map(({ event }) => event)).toEqual([
      {
        eventVersion: "1.11",
        userIdentity: {
          type: "AssumedRole",
          principalId: "AROAEXAMPLE:ci",
          arn: `arn:aws:sts::${account}:assumed-role/deploy/ci`,
          accountId: account,
          accessKeyId: "ASIAEXAMPLE",
          sessionContext: {
            sessionIssuer: {
              type: "Role",
              principalId: "AROAEXAMPLE",
              arn: `arn:aws:iam::${account}:role/deploy`,
              accountId: account,
              userName: "deploy",
            },
            attributes: { creationDate: "2026-11-01T11:00:00Z", mfaAuthenticated: "false" },
          },
        },
        eventTime: "2026-11-01T12:00:01Z",
        eventSource: "ecs.amazonaws.com",
        eventName: "RunTask",
        awsRegion: "eu-west-1",
        sourceIPAddress: "10.0.0.1",
        userAgent: "aws-cli/2",
        requestParameters: {
          taskDefinition: "web",
          tags: [{ key: "a" }],
          at: "1970-01-01T00:00:00.000Z",
          blob: { bytes: 3 },
          labels: { Team: { name: 1 } },
        },
        responseElements: { tasks: [] },
        requestID: "request-1",
        eventID: "event-1",
        readOnly: false,
        eventType: "AwsApiCall",
        managementEvent: true,
        recipientAccountId: account,
        eventCategory: "Management",
      },
    ]);
  });

  it("records refused calls of unknown callers, and leaves out what reading calls answer", async () => {
    const sink = createAuditSink({ records: store.auditRecords, logger: silentLogger, chainKey });
    const refused = { principal: undefined, accessKeyId: undefined, errorCode: "AccessDenied", errorMessage: "No." };
    sink.record(call(1, { ...refused, readOnly: true }));
    await sink.flush();
    const { events } = await readAuditTrail(store.auditRecords, { limit: 10 });
    expect(events.map(({ event }) => event)).toMatchObject([
      { userIdentity: { type: "Unknown" }, errorCode: "AccessDenied", errorMessage: "No.", responseElements: null },
    ]);
    await sink.close();
  });

  it("writes by itself after a while, and keeps all of many calls in order, page by page", async () => {
    const sink = createAuditSink({ records: store.auditRecords, logger: silentLogger, chainKey, flushMilliseconds: 5 });
    for (let number = 0; number < 1_000; number += 1) sink.record(call(number));
    const written = async () => (await store.auditRecords.read({ limit: 2_000 })).length;
    await expect.poll(written, { timeout: 10_000 }).toBe(1_000);
    const first = await readAuditTrail(store.auditRecords, { limit: 600 });
    expect(first.events[0]?.event.requestID).toBe("request-999");
    const rest = await readAuditTrail(store.auditRecords, { limit: 600, before: first.before ?? 0 });
    expect(rest.events.at(-1)?.event.requestID).toBe("request-0");
    expect(rest.events).toHaveLength(400);
    expect(rest.before).toBeUndefined();
    await sink.close();
  });

  it("removes what is older than it is kept", async () => {
    const sink = createAuditSink({ records: store.auditRecords, logger: silentLogger, chainKey, retentionDays: 1 });
    const day = 86_400_000;
    sink.record(call(1));
    await sink.flush();
    sink.record(call(2, { at: call(1).at + day }));
    await sink.flush();
    expect(await store.auditRecords.read({ limit: 10 })).toHaveLength(2);
    sink.record(call(3, { at: call(1).at + day + 1 }));
    await sink.close();
    const { events } = await readAuditTrail(store.auditRecords, { limit: 10 });
    expect(events.map(({ event }) => event.requestID)).toEqual(["request-3", "request-2"]);
  });

  it("bounds what waits while the store takes nothing", async () => {
    const sink = createAuditSink({ records: store.auditRecords, logger: silentLogger, chainKey, capacity: 300 });
    await store.close();
    for (let number = 0; number < 1_000; number += 1) sink.record(call(number));
    await sink.close();
    store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock: systemClock });
    expect(await store.auditRecords.read({ limit: 10 })).toEqual([]);
  });
});
