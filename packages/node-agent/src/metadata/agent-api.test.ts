import type { SessionResult, TaskProtection, TaskProtectionChange } from "@fleetless/kernel";
import { describe, expect, it } from "vitest";
import { sampleWorkload } from "../tasks/testing/sample-workload.ts";
import { answerAgentApi } from "./agent-api.ts";

const workload = sampleWorkload();
const path = "task-protection/v1/state";

/** The endpoint before a control plane that answers this. */
const api = (result: SessionResult<TaskProtection>) => {
  const asked: (TaskProtectionChange | undefined)[] = [];
  const session = {
    taskProtection: async (_id: unknown, change: TaskProtectionChange | undefined) => {
      asked.push(change);
      return result;
    },
  };
  const network = { faults: () => [], setFaults: async () => undefined };
  return {
    asked,
    call: (method: string, body = "", known = true, where = path) =>
      answerAgentApi({ method, path: where, body }, known ? workload : undefined, { session, network }),
  };
};

const granted: SessionResult<TaskProtection> = {
  ok: true,
  value: { arn: workload.arn, protectionEnabled: true, expiresAt: Date.UTC(2026, 0, 1) },
};

describe("the task protection endpoint", () => {
  it("tells and changes what the control plane says", async () => {
    const { asked, call } = api(granted);
    const shown = { ExpirationDate: "2026-01-01T00:00:00.000Z", ProtectionEnabled: true, TaskArn: workload.arn };
    expect(await call("GET")).toEqual({ status: 200, body: { protection: shown } });
    expect(await call("PUT", '{"ProtectionEnabled":true,"ExpiresInMinutes":60}')).toEqual({
      status: 200,
      body: { protection: shown },
    });
    await call("PUT", '{"ProtectionEnabled":false}');
    expect(asked).toEqual([undefined, { protectionEnabled: true, expiresInMinutes: 60 }, { protectionEnabled: false }]);
  });

  it.each([
    ["TASK_NOT_VALID", 200, { failure: { Arn: workload.arn, Reason: "TASK_NOT_VALID" } }],
    ["AccessDeniedException", 403, { error: { Arn: workload.arn, Code: "AccessDeniedException", Message: "why" } }],
    [
      "InvalidParameterException",
      400,
      { error: { Arn: workload.arn, Code: "InvalidParameterException", Message: "why" } },
    ],
  ])("passes on %s", async (code, status, body) => {
    const { call } = api({ ok: false, refusal: { code, message: "why", retryable: false } });
    expect(await call("GET")).toEqual({ status, body });
  });

  it("refuses what ECS's agent refuses, without asking", async () => {
    const { asked, call } = api(granted);
    for (const body of ["", "[", "null", '{"Other":1}', '{"ProtectionEnabled":"yes"}', '{"ExpiresInMinutes":1}']) {
      expect(await call("PUT", body)).toMatchObject({
        status: 400,
        body: { error: { Code: "InvalidParameterException" } },
      });
    }
    expect(await call("GET", "", false)).toMatchObject({
      status: 404,
      body: { error: { Code: "ResourceNotFoundException" } },
    });
    expect((await call("POST")).status).toBe(405);
    expect((await call("GET", "", true, "task-protection/v2/state")).status).toBe(404);
    expect((await call("GET", "", true, "fault/v1/network-latency/status")).status).toBe(405);
    expect(asked).toEqual([]);
  });
});
