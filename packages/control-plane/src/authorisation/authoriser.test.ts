import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, ManualClock, region, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCallHistory } from "../audit/call-history.ts";
import { createSecretSealer } from "../credentials/sealing.ts";
import type { Call, Principal } from "../gateway/call.ts";
import type { RequiredPermission } from "../gateway/operation.ts";
import { requestTagKeys } from "../gateway/tag-condition-keys.ts";
import { createIamService } from "../services/iam/service.ts";
import type { OpenedStore } from "../state/append/append-tables.ts";
import { openSqliteStore } from "../state/sqlite/open.ts";
import { createAuthoriser } from "./authoriser.ts";

const account = accountId("123456789012");
const clock = new ManualClock();
const root: Principal = { kind: "root", accountId: account, arn: `arn:aws:iam::${account}:root`, userId: account };
const alice: Principal = {
  kind: "user",
  accountId: account,
  arn: `arn:aws:iam::${account}:user/alice`,
  userId: "AIDAALICE",
  userName: "alice",
};
const session: Extract<Principal, { kind: "assumed-role" }> = {
  kind: "assumed-role",
  accountId: account,
  arn: `arn:aws:sts::${account}:assumed-role/task/one`,
  userId: "AROATASK:one",
  roleArn: `arn:aws:iam::${account}:role/task`,
  roleName: "task",
  sessionName: "one",
  sessionPolicies: [],
};
const rootCall: Call = {
  requestId: "r",
  accountId: account,
  region: region("us-east-1"),
  principal: root,
  accessKeyId: "AKIAROOT",
  sourceAddress: "127.0.0.1",
  userAgent: "test",
  host: "127.0.0.1:4566",
  clock,
};
const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (action: string, more: object = {}) => ({ Effect: "Allow", Action: action, Resource: "*", ...more });
const trust = document({ Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" });

describe("the authoriser", () => {
  let directory = "";
  let store: OpenedStore;
  let authoriser: ReturnType<typeof createAuthoriser>;
  let iam: (name: string, input: object) => Promise<unknown>;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-authoriser-"));
    store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock });
    authoriser = createAuthoriser(store);
    const service = createIamService({
      store,
      clock,
      sealer: createSecretSealer(Buffer.alloc(32)),
      accountCreatedAt: async () => 0,
      callHistory: createCallHistory(store.auditRecords),
    });
    iam = async (name, input) => service.operations.get(name)?.handle(input, rootCall);
    await iam("CreateUser", { UserName: "alice" });
    await iam("CreateRole", { RoleName: "task", AssumeRolePolicyDocument: trust });
  });
  afterEach(async () => {
    authoriser.close();
    await store.close();
    await rm(directory, { recursive: true });
  });

  const ask = async (principal: Principal, action = "logs:PutLogEvents", more: Partial<RequiredPermission> = {}) => {
    const decision = await authoriser.decide(principal, [{ action, resources: ["*"], ...more }], {
      "aws:SourceIp": ["10.0.0.1"],
    });
    return decision.kind === "allowed" ? "allowed" : decision.because;
  };
  const notAllowed = "because no identity-based policy allows the logs:PutLogEvents action";

  it("lets root do anything, and others what their policies say, as of now", async () => {
    expect(await ask(root)).toBe("allowed");
    expect(await ask(alice)).toBe(notAllowed);
    await iam("PutUserPolicy", { UserName: "alice", PolicyName: "p", PolicyDocument: document(allow("logs:*")) });
    expect(await ask(alice)).toBe("allowed");
    await iam("DeleteUserPolicy", { UserName: "alice", PolicyName: "p" });
    expect(await ask(alice)).toBe(notAllowed);
    await iam("DeleteUser", { UserName: "alice" });
    expect(await ask(alice)).toBe(notAllowed);
  });

  it("follows the default version of a managed policy, and AWS's own", async () => {
    const { Arn: PolicyArn } = Object(
      await iam("CreatePolicy", { PolicyName: "p", PolicyDocument: document(allow("s3:*")) }),
    ).Policy;
    await iam("AttachRolePolicy", { RoleName: "task", PolicyArn });
    expect(await ask(session)).toBe(notAllowed);
    const PolicyDocument = document(allow("logs:*"));
    await iam("CreatePolicyVersion", { PolicyArn, PolicyDocument, SetAsDefault: true });
    expect(await ask(session)).toBe("allowed");
    await iam("SetDefaultPolicyVersion", { PolicyArn, VersionId: "v1" });
    expect(await ask(session)).toBe(notAllowed);
    await iam("AttachRolePolicy", {
      RoleName: "task",
      PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    });
    expect(await ask(session)).toBe("allowed");
  });

  it("narrows by boundary and session policies", async () => {
    await iam("PutRolePolicy", { RoleName: "task", PolicyName: "p", PolicyDocument: document(allow("*")) });
    expect(await ask({ ...session, sessionPolicies: [document(allow("s3:*"))] })).toBe(
      "because no session policy allows the logs:PutLogEvents action",
    );
    expect(await ask({ ...session, sessionPolicies: [document(allow("logs:*"))] })).toBe("allowed");
    await iam("CreatePolicy", { PolicyName: "b", PolicyDocument: document(allow("s3:*")) });
    const PermissionsBoundary = `arn:aws:iam::${account}:policy/b`;
    await iam("PutRolePermissionsBoundary", { RoleName: "task", PermissionsBoundary });
    expect(await ask(session)).toBe("because no permissions boundary allows the logs:PutLogEvents action");
  });

  it("knows the condition keys of the call, of the permission and of the principal's tags", async () => {
    await iam("TagRole", { RoleName: "task", Tags: [{ Key: "Team", Value: "blue" }] });
    const conditions = {
      IpAddress: { "aws:SourceIp": "10.0.0.0/8" },
      StringEquals: { "aws:PrincipalTag/team": "blue", "ecs:cluster": "c" },
    };
    const PolicyDocument = document(allow("*", { Condition: conditions }));
    await iam("PutRolePolicy", { RoleName: "task", PolicyName: "p", PolicyDocument });
    expect(await ask(session, "logs:PutLogEvents", { conditionKeys: { "ecs:cluster": ["c"] } })).toBe("allowed");
    expect(await ask(session, "logs:PutLogEvents", { conditionKeys: { "ecs:cluster": ["d"] } })).toBe(notAllowed);
  });

  it("sees every value of tags whose keys differ in case alone", async () => {
    const onlyTest = { StringEquals: { "aws:RequestTag/env": "test" } };
    const PolicyDocument = document(allow("ecs:RunTask", { Condition: onlyTest }));
    await iam("PutRolePolicy", { RoleName: "task", PolicyName: "p", PolicyDocument });
    const run = (...tags: [string, string][]) => ask(session, "ecs:RunTask", { conditionKeys: requestTagKeys(tags) });
    expect(await run(["env", "test"])).toBe("allowed");
    const denied = "because no identity-based policy allows the ecs:RunTask action";
    expect(await run(["env", "prod"], ["ENV", "test"])).toBe(denied);
    expect(await run(["ENV", "test"], ["env", "prod"])).toBe(denied);
    expect(await run(["env", "prod"], ["env", "test"])).toBe(denied);
  });

  it("asks for every permission on every resource, and names the one that fails", async () => {
    const PolicyDocument = document(allow("ecs:RunTask", { Resource: "arn:aws:ecs:r:1:task/a" }));
    await iam("PutRolePolicy", { RoleName: "task", PolicyName: "p", PolicyDocument });
    const permissions = [{ action: "ecs:RunTask", resources: ["arn:aws:ecs:r:1:task/a", "arn:aws:ecs:r:1:task/b"] }];
    expect(await authoriser.decide(session, permissions, {})).toMatchObject({
      kind: "denied",
      resource: "arn:aws:ecs:r:1:task/b",
    });
  });

  it("takes a permission that names no resource for one on all of them", async () => {
    expect(await ask(alice, "logs:PutLogEvents", { resources: [] })).toBe(notAllowed);
  });

  it("decides on a role's trust policy together with the caller's own", async () => {
    const assume = (principal: Principal) =>
      ask(principal, "sts:AssumeRole", {
        resources: [`arn:aws:iam::${account}:role/task`],
        resourcePolicy: { document: trust, required: true },
      });
    expect(await assume(alice)).toBe("because no identity-based policy allows the sts:AssumeRole action");
    expect(await assume(root)).toBe("allowed");
    await iam("PutUserPolicy", { UserName: "alice", PolicyName: "p", PolicyDocument: document(allow("sts:*")) });
    expect(await assume(alice)).toBe("allowed");
  });

  it("gives a federated user what its user and its session's policies both allow", async () => {
    await iam("PutUserPolicy", { UserName: "alice", PolicyName: "p", PolicyDocument: document(allow("logs:*")) });
    const federated: Principal = {
      kind: "federated-user",
      accountId: account,
      arn: `arn:aws:sts::${account}:federated-user/bob`,
      userId: `${account}:bob`,
      issuer: { userName: "alice", arn: `arn:aws:iam::${account}:user/alice` },
      sessionPolicies: [document(allow("*"))],
    };
    expect(await ask(federated)).toBe("allowed");
    expect(await ask(federated, "s3:GetObject")).toBe(
      "because no identity-based policy allows the s3:GetObject action",
    );
    expect(await ask({ ...federated, sessionPolicies: [] })).toBe(
      "because no session policy allows the logs:PutLogEvents action",
    );
    expect(await ask({ ...federated, issuer: undefined }, "s3:GetObject")).toBe("allowed");
  });

  it("lets a session's tags hide the role's", async () => {
    await iam("TagRole", { RoleName: "task", Tags: [{ Key: "Team", Value: "blue" }] });
    const onlyRed = { StringEquals: { "aws:PrincipalTag/Team": "red" } };
    const PolicyDocument = document(allow("*", { Condition: onlyRed }));
    await iam("PutRolePolicy", { RoleName: "task", PolicyName: "p", PolicyDocument });
    expect(await ask(session)).toBe(notAllowed);
    const facts = { tags: { team: "red" }, transitiveTagKeys: [] };
    expect(await ask({ ...session, session: facts })).toBe("allowed");
  });

  it("asks the other account's policy where the resource is another account's", async () => {
    const resources = ["arn:aws:secretsmanager:us-east-1:210987654321:secret:s"];
    const policyFor = (principal: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { AWS: principal }, Action: "secretsmanager:*", Resource: "*" },
      });
    const get = (document?: string) =>
      ask(root, "secretsmanager:GetSecretValue", {
        resources,
        ...(document === undefined ? {} : { resourcePolicy: { document, required: false } }),
      });
    const refused = "because no resource-based policy allows the secretsmanager:GetSecretValue action";
    expect(await get()).toBe(refused);
    expect(await get(policyFor("210987654321"))).toBe(refused);
    expect(await get(policyFor(account))).toBe("allowed");
  });

  it("tells for each permission which statement decided", async () => {
    const PolicyDocument = document(allow("logs:*", { Sid: "Logs" }), { ...allow("s3:*"), Effect: "Deny" });
    await iam("PutRolePolicy", { RoleName: "task", PolicyName: "p", PolicyDocument });
    const permissions = ["logs:PutLogEvents", "s3:GetObject", "ecs:RunTask"].map((action) => ({
      action,
      resources: ["*"],
    }));
    const by = { policyType: "identity-based policy", policy: "p" };
    expect((await authoriser.decide(session, permissions, {})).checks).toEqual([
      { action: "logs:PutLogEvents", resource: "*", outcome: "allowed", ...by, statement: "Logs" },
      { action: "s3:GetObject", resource: "*", outcome: "explicitly-denied", ...by, statement: "2" },
      { action: "ecs:RunTask", resource: "*", outcome: "not-allowed", policyType: "identity-based policy" },
    ]);
  });

  it("lets nobody, root included, out of the service control policies", async () => {
    const full = { name: "FullAWSAccess", document: document(allow("*")) };
    const noStop = { name: "NoStop", document: document({ ...allow("ecs:StopTask"), Effect: "Deny", Sid: "Keep" }) };
    const limited = createAuthoriser(store, [full, noStop]);
    const narrow = createAuthoriser(store, [{ name: "LogsOnly", document: document(allow("logs:*")) }]);
    const by = async (by: typeof limited, action: string) => {
      const decision = await by.decide(root, [{ action, resources: ["*"] }], {});
      return decision.kind === "allowed" ? "allowed" : decision.because;
    };
    expect(await by(limited, "ecs:RunTask")).toBe("allowed");
    expect(await by(limited, "ecs:StopTask")).toBe(
      "with an explicit deny in a service control policy: NoStop (statement Keep)",
    );
    expect(await by(narrow, "ecs:RunTask")).toBe("because no service control policy allows the ecs:RunTask action");
    limited.close();
    narrow.close();
    expect(() => createAuthoriser(store, [{ name: "broken", document: "{" }])).toThrow(
      "This policy contains invalid Json",
    );
  });

  it("decides in microseconds", async () => {
    const PolicyDocument = document(
      ...Array.from({ length: 40 }, (_, index) => allow(`s${index}:Get*`)),
      allow("logs:*"),
    );
    await iam("PutRolePolicy", { RoleName: "task", PolicyName: "p", PolicyDocument });
    for (let warm = 0; warm < 2_000; warm += 1) await ask(session);
    const started = performance.now();
    for (let count = 0; count < 2_000; count += 1) await ask(session);
    const microseconds = ((performance.now() - started) / 2_000) * 1_000;
    expect(microseconds).toBeLessThan(500);
  });
});
