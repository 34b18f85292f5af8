import { describe, expect, it } from "vitest";
import { withResourcePolicies } from "../gateway/resource-policies.ts";
import { type EvaluationRequest, evaluate, type NamedPolicy, type PolicySet } from "./evaluate.ts";
import { parsePolicy } from "./parse-policy.ts";

const account = "123456789012";
const other = "210987654321";
const named = (kind: "identity" | "resource", ...statements: readonly object[]): NamedPolicy => ({
  name: kind,
  policy: parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), kind),
});
const user = { accountId: account, arn: `arn:aws:iam::${account}:user/u`, id: "AIDAEXAMPLE1234567890" };
const session = {
  accountId: account,
  arn: `arn:aws:sts::${account}:assumed-role/app/one`,
  sessionOf: `arn:aws:iam::${account}:role/app`,
  id: "AROAEXAMPLE1234567890",
};
const any = { Effect: "Allow", Action: "*", Resource: "*" };
const read = { Effect: "Allow", Action: "secretsmanager:GetSecretValue" };
const allowing = { identity: [named("identity", any)] };
const decide = (policies: Partial<PolicySet>, asked: Partial<EvaluationRequest> = {}) => {
  const decision = evaluate(
    { identity: [], ...policies },
    {
      action: "secretsmanager:GetSecretValue",
      resource: `arn:aws:secretsmanager:eu-west-1:${account}:secret:a`,
      context: new Map(),
      principal: user,
      ...asked,
    },
  );
  return decision.kind === "not-allowed" ? `no ${decision.missing}` : decision.kind;
};
const grants = (principal: unknown, more: object = {}) => named("resource", { ...read, Principal: principal, ...more });

describe("a resource's policy in the caller's account", () => {
  it("allows beside the identity's policies, and denies over them", () => {
    expect(decide({ resource: grants({ AWS: user.arn }) })).toBe("allowed");
    expect(decide({ resource: grants({ AWS: `${user.arn}2` }) })).toBe("no identity-based policy");
    expect(decide({ ...allowing, resource: grants({ AWS: `${user.arn}2` }) })).toBe("allowed");
    expect(decide({ ...allowing, resource: grants("*", { Effect: "Deny" }) })).toBe("explicitly-denied");
  });

  it("is all there is where it is required, as with a KMS key, unless it names the account", () => {
    const required = { resourceRequired: true };
    expect(decide({ ...allowing, ...required, resource: grants({ AWS: `${user.arn}2` }) })).toBe(
      "no resource-based policy",
    );
    expect(decide({ ...allowing, ...required })).toBe("no resource-based policy");
    const toAccount = grants({ AWS: `arn:aws:iam::${account}:root` });
    expect(decide({ ...allowing, ...required, resource: toAccount })).toBe("allowed");
    expect(decide({ ...required, resource: toAccount })).toBe("no identity-based policy");
    expect(decide({ ...required, resource: grants({ AWS: user.arn }) })).toBe("allowed");
  });

  it("goes past a boundary and session policies only to whom it names itself", () => {
    const narrow = { boundary: named("identity", { ...any, Action: "s3:*" }) };
    expect(decide({ ...narrow, resource: grants({ AWS: user.arn }) })).toBe("allowed");
    const bySession = { principal: session };
    expect(decide({ ...narrow, resource: grants({ AWS: session.arn }) }, bySession)).toBe("allowed");
    expect(decide({ ...narrow, resource: grants({ AWS: session.sessionOf }) }, bySession)).toBe(
      "no permissions boundary",
    );
    const limited = { session: [named("identity", { ...any, Action: "s3:*" })] };
    expect(decide({ ...limited, resource: grants({ AWS: session.sessionOf }) }, bySession)).toBe("no session policy");
    expect(decide({ ...limited, resource: grants({ AWS: session.arn }) }, bySession)).toBe("allowed");
  });

  it("spares a deny with NotPrincipal only whom it names with account and role, and nobody with a boundary", () => {
    const deny = (...arns: readonly string[]) =>
      named("resource", { ...read, Effect: "Deny", NotPrincipal: { AWS: arns } });
    expect(decide({ ...allowing, resource: deny(user.arn) })).toBe("explicitly-denied");
    expect(decide({ ...allowing, resource: deny(user.arn, account) })).toBe("allowed");
    expect(decide({ ...allowing, resource: deny(account) })).toBe("explicitly-denied");
    const bySession = { principal: session };
    expect(decide({ ...allowing, resource: deny(session.arn, account) }, bySession)).toBe("explicitly-denied");
    expect(decide({ ...allowing, resource: deny(session.arn, session.sessionOf, account) }, bySession)).toBe("allowed");
    const bounded = { ...allowing, boundary: named("identity", any) };
    expect(decide({ ...bounded, resource: deny(user.arn, account) })).toBe("explicitly-denied");
  });
});

describe("between accounts", () => {
  it("both sides must allow", () => {
    const foreign = { resourceAccountId: other };
    const toUser = grants({ AWS: user.arn });
    expect(decide({ ...foreign, resource: toUser })).toBe("no identity-based policy");
    expect(decide({ ...allowing, ...foreign })).toBe("no resource-based policy");
    expect(decide({ ...allowing, ...foreign, resource: toUser })).toBe("allowed");
    expect(decide({ ...allowing, ...foreign, resource: grants({ AWS: account }) })).toBe("allowed");
    expect(decide({ ...allowing, ...foreign, resource: grants({ AWS: other }) })).toBe("no resource-based policy");
    const boundary = named("identity", { ...any, Action: "s3:*" });
    expect(decide({ ...allowing, ...foreign, boundary, resource: toUser })).toBe("no permissions boundary");
  });
});

describe("service control policies", () => {
  const full = [named("identity", any)];
  const logsOnly = [named("identity", { ...any, Action: "logs:*" })];
  const noSecrets = [...full, named("identity", { ...any, Effect: "Deny", Action: "secretsmanager:*" })];

  it("must allow at every level, and grant nothing", () => {
    expect(decide({ ...allowing, serviceControl: [full, full] })).toBe("allowed");
    expect(decide({ serviceControl: [full, full] })).toBe("no identity-based policy");
    expect(decide({ ...allowing, serviceControl: [full, logsOnly] })).toBe("no service control policy");
    expect(decide({ ...allowing, serviceControl: [full, []] })).toBe("no service control policy");
    expect(decide({ ...allowing, serviceControl: [noSecrets, full] })).toBe("explicitly-denied");
  });

  it("hold also for what a resource's policy grants", () => {
    const resource = grants({ AWS: user.arn });
    expect(decide({ serviceControl: [logsOnly], resource })).toBe("no service control policy");
    expect(decide({ serviceControl: [noSecrets], resource })).toBe("explicitly-denied");
  });
});

describe("the policies that services tell of their resources", () => {
  const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a";
  const plain = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:b";
  const told = { document: "told", required: false };
  const policyOf = (service: string) =>
    service === "secretsmanager" ? async (arn: string) => (arn === secret ? told : undefined) : undefined;

  it("go with the permissions on them, and with no others", async () => {
    const action = "secretsmanager:BatchGetSecretValue";
    const found = await withResourcePolicies([{ action, resources: [secret, plain] }], policyOf);
    expect(found).toEqual([
      { action, resources: [secret], resourcePolicy: told },
      { action, resources: [plain] },
    ]);
    const logs = [{ action: "logs:PutLogEvents", resources: ["arn:aws:logs:r:1:log-group:g"] }];
    expect(await withResourcePolicies(logs, policyOf)).toEqual(logs);
  });

  it("do not replace what the operation itself gives", async () => {
    const own = [{ action: "a:B", resources: [secret], resourcePolicy: { document: "own", required: true } }];
    expect(await withResourcePolicies(own, policyOf)).toEqual(own);
    expect(await withResourcePolicies([{ action: "a:B", resources: [] }], policyOf)).toEqual([
      { action: "a:B", resources: [] },
    ]);
  });
});
