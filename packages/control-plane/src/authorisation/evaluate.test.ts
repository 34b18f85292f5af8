import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EvaluationRequest, evaluate, type NamedPolicy, type PolicySet } from "./evaluate.ts";
import { explainDenial } from "./explain.ts";
import { parsePolicy } from "./parse-policy.ts";
import { serviceMayAssume } from "./trust.ts";

interface RawStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
}

const policy = (...statements: readonly object[]): NamedPolicy => ({
  name: "p",
  policy: parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), "identity"),
});
const trust = (...statements: readonly object[]): NamedPolicy => ({
  name: "trust",
  policy: parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), "trust"),
});

const account = "123456789012";
const user = { accountId: account, arn: `arn:aws:iam::${account}:user/u`, id: "AIDAEXAMPLE1234567890" };
const request = (more: Partial<EvaluationRequest> = {}): EvaluationRequest => ({
  action: "ecs:RunTask",
  resource: `arn:aws:ecs:eu-west-1:${account}:task-definition/web:1`,
  context: new Map(),
  principal: user,
  ...more,
});

const allow = { Effect: "Allow", Action: "*", Resource: "*" };
const deny = { Effect: "Deny", Action: "ecs:*", Resource: "*", Sid: "NoEcs" };

/** The definition of a glob by a regular expression: another way than the evaluator's. */
const glob = (pattern: string, value: string, flags = ""): boolean =>
  new RegExp(
    `^${[...pattern].map((c) => (c === "*" ? ".*" : c === "?" ? "." : c.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))).join("")}$`,
    `s${flags}`,
  ).test(value);

/** Part by part; what is missing at the end stands for anything. */
const globOfArn = (pattern: string, resource: string): boolean => {
  if (pattern === "*") return true;
  const parts = resource.split(":");
  const patterns = pattern.split(":");
  const rest = (texts: readonly string[]) => (texts.length > 5 ? texts.slice(5).join(":") : "*");
  return [0, 1, 2, 3, 4].every((at) => glob(patterns[at] ?? "*", parts[at] ?? "")) && glob(rest(patterns), rest(parts));
};

const naiveApplies = (statement: RawStatement, action: string, resource: string): boolean => {
  const actionMatches = statement.Action
    ? statement.Action.some((pattern) => glob(pattern, action, "i"))
    : !(statement.NotAction ?? []).some((pattern) => glob(pattern, action, "i"));
  const resourceMatches = statement.Resource
    ? statement.Resource.some((pattern) => globOfArn(pattern, resource))
    : !(statement.NotResource ?? []).some((pattern) => globOfArn(pattern, resource));
  return actionMatches && resourceMatches;
};

const naive = (statements: readonly RawStatement[], action: string, resource: string): string => {
  const applying = statements.filter((statement) => naiveApplies(statement, action, resource));
  if (applying.some(({ Effect }) => Effect === "Deny")) return "explicitly-denied";
  return applying.length > 0 ? "allowed" : "not-allowed";
};

const actions = fc.constantFrom("ecs:RunTask", "ecs:StopTask", "ec2:RunInstances", "ECS:runtask", "iam:PassRole");
const actionPatterns = fc.constantFrom("*", "ecs:*", "ecs:Run*", "EC2:*", "ecs:???Task", "iam:PassRole", "*:*");
const resources = fc.constantFrom("arn:aws:ecs:r:1:task/a", "arn:aws:ecs:r:1:task/b", "arn:aws:iam::1:role/A");
const resourcePatterns = fc.constantFrom(
  "*",
  "arn:aws:ecs:*",
  "arn:aws:ecs:r:1:task/a",
  "arn:aws:*:role/?",
  "arn:aws:iam::1:role/a",
);
const some = (values: fc.Arbitrary<string>) => fc.uniqueArray(values, { minLength: 1, maxLength: 3 });
const effects = fc.constantFrom<"Allow" | "Deny">("Allow", "Deny");
const statements: fc.Arbitrary<RawStatement> = fc
  .tuple(effects, fc.boolean(), fc.boolean(), some(actionPatterns), some(resourcePatterns))
  .map(([Effect, notAction, notResource, action, resource]) => ({
    Effect,
    ...(notAction ? { NotAction: action } : { Action: action }),
    ...(notResource ? { NotResource: resource } : { Resource: resource }),
  }));
const lists = fc.array(statements, { minLength: 1, maxLength: 5 });

describe("the evaluator", () => {
  it("agrees with a naive one", () => {
    fc.assert(
      fc.property(lists, actions, resources, (list, action, resource) => {
        const { kind } = evaluate({ identity: [policy(...list)] }, request({ action, resource }));
        expect(kind).toBe(naive(list, action, resource));
      }),
      { numRuns: 2_000 },
    );
  });

  it("lets a deny win wherever it stands", () => {
    const place = fc.constantFrom("identity", "boundary", "session");
    fc.assert(
      fc.property(lists, place, actions, resources, (list, where, action, resource) => {
        const set: PolicySet = {
          identity: [policy(...list, allow), ...(where === "identity" ? [policy({ ...allow, Effect: "Deny" })] : [])],
          ...(where === "boundary" ? { boundary: policy(allow, { ...allow, Effect: "Deny" }) } : {}),
          ...(where === "session" ? { session: [policy(allow), policy({ ...allow, Effect: "Deny" })] } : {}),
        };
        expect(evaluate(set, request({ action, resource })).kind).toBe("explicitly-denied");
      }),
    );
  });

  it("never allows more by a deny, a boundary or a session policy, nor less by an allow", () => {
    fc.assert(
      fc.property(lists, lists, lists, actions, resources, (list, boundary, session, action, resource) => {
        const asked = request({ action, resource });
        const allowed = (set: PolicySet): boolean => evaluate(set, asked).kind === "allowed";
        const before = allowed({ identity: [policy(...list)] });
        const limited = allowed({
          identity: [policy(...list)],
          boundary: policy(...boundary),
          session: [policy(...session)],
        });
        if (limited) expect(before).toBe(true);
        const denies = boundary.map((statement) => ({ ...statement, Effect: "Deny" }));
        if (allowed({ identity: [policy(...list, ...denies)] })) expect(before).toBe(true);
        const allows = session.map((statement) => ({ ...statement, Effect: "Allow" }));
        if (before) expect(allowed({ identity: [policy(...list, ...allows)] })).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("does not depend on the order of statements or policies", () => {
    fc.assert(
      fc.property(lists, actions, resources, (list, action, resource) => {
        const asked = request({ action, resource });
        const one = evaluate({ identity: [policy(...list)] }, asked).kind;
        expect(evaluate({ identity: [policy(...list.toReversed())] }, asked).kind).toBe(one);
        expect(evaluate({ identity: list.map((statement) => policy(statement)) }, asked).kind).toBe(one);
      }),
    );
  });

  it("says what decided", () => {
    const why = (set: PolicySet): string => {
      const evaluation = evaluate(set, request());
      return evaluation.kind === "allowed" ? "allowed" : explainDenial(evaluation, "ecs:RunTask");
    };
    expect(why({ identity: [] })).toBe("because no identity-based policy allows the ecs:RunTask action");
    expect(why({ identity: [policy(allow), { ...policy(deny), name: "arn:aws:iam::1:policy/x" }] })).toBe(
      "with an explicit deny in an identity-based policy: arn:aws:iam::1:policy/x (statement NoEcs)",
    );
    expect(why({ identity: [policy(allow)], boundary: policy({ ...allow, Action: "s3:*" }) })).toBe(
      "because no permissions boundary allows the ecs:RunTask action",
    );
    expect(why({ identity: [policy(allow)], session: [policy({ ...allow, Action: "s3:*" })] })).toBe(
      "because no session policy allows the ecs:RunTask action",
    );
    expect(why({ identity: [policy(allow)], session: [policy({ ...deny, Sid: undefined })] })).toBe(
      "with an explicit deny in a session policy: p (statement 1)",
    );
  });

  it("takes conditions and variables into account", () => {
    const own = policy({
      Effect: "Allow",
      Action: "ecs:*",
      Resource: `arn:aws:ecs:*:*:task-definition/\${aws:username}:*`,
      Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
    });
    const decide = (name: string | undefined, region: string) =>
      evaluate(
        { identity: [own] },
        request({
          context: new Map([
            ["aws:requestedregion", [region]],
            ...(name === undefined ? [] : [["aws:username", [name]] as const]),
          ]),
        }),
      ).kind;
    expect(decide("web", "eu-west-1")).toBe("allowed");
    expect(decide("api", "eu-west-1")).toBe("not-allowed");
    expect(decide("web", "us-east-1")).toBe("not-allowed");
    expect(decide(undefined, "eu-west-1")).toBe("not-allowed");
    const notResource = policy({ Effect: "Allow", Action: "*", NotResource: `arn:aws:s3:::\${aws:username}` });
    expect(evaluate({ identity: [notResource] }, request()).kind).toBe("not-allowed");
  });
});

describe("trust policies", () => {
  const roleArn = `arn:aws:iam::${account}:role/r`;
  const assume = { Effect: "Allow", Action: "sts:AssumeRole" };
  const decide = (principal: unknown, more: Partial<PolicySet> = {}, asked: Partial<EvaluationRequest> = {}) =>
    evaluate(
      { identity: [], resource: trust({ ...assume, Principal: principal }), resourceRequired: true, ...more },
      request({ action: "sts:AssumeRole", resource: roleArn, ...asked }),
    ).kind;
  const mayAssume = { identity: [policy({ ...assume, Resource: roleArn })] };

  it("let in whom they name, and by the account whom its own policies let", () => {
    expect(decide({ AWS: user.arn })).toBe("allowed");
    expect(decide({ AWS: user.id })).toBe("allowed");
    expect(decide({ AWS: account })).toBe("not-allowed");
    expect(decide({ AWS: account }, mayAssume)).toBe("allowed");
    expect(decide({ AWS: `arn:aws:iam::${account}:root` }, mayAssume)).toBe("allowed");
    expect(decide({ AWS: "999999999999" }, mayAssume)).toBe("not-allowed");
    expect(decide({ AWS: `arn:aws:iam::${account}:user/other` }, mayAssume)).toBe("not-allowed");
    expect(decide({ Service: "ecs-tasks.amazonaws.com" }, mayAssume)).toBe("not-allowed");
    expect(decide("*")).toBe("allowed");
  });

  it("mean a role by all its sessions, which their boundary still binds", () => {
    const session = {
      accountId: account,
      arn: `arn:aws:sts::${account}:assumed-role/ci/build`,
      sessionOf: `arn:aws:iam::${account}:role/ci`,
      id: "AROAEXAMPLE1234567890",
    };
    expect(decide({ AWS: session.sessionOf }, {}, { principal: session })).toBe("allowed");
    expect(decide({ AWS: session.arn }, {}, { principal: session })).toBe("allowed");
    expect(decide({ AWS: `${session.arn}2` }, {}, { principal: session })).toBe("not-allowed");
    const boundary = policy({ ...allow, Action: "s3:*" });
    expect(decide({ AWS: session.sessionOf }, { boundary }, { principal: session })).toBe("not-allowed");
    expect(decide({ AWS: session.arn }, { boundary }, { principal: session })).toBe("allowed");
  });

  it("ask for an external id where they say so", () => {
    const resource = trust({
      ...assume,
      Principal: { AWS: user.arn },
      Condition: { StringEquals: { "sts:ExternalId": "x" } },
    });
    const ask = (context: EvaluationRequest["context"]) =>
      evaluate({ identity: [], resource, resourceRequired: true }, request({ action: "sts:AssumeRole", context })).kind;
    expect(ask(new Map([["sts:externalid", ["x"]]]))).toBe("allowed");
    expect(ask(new Map())).toBe("not-allowed");
  });

  it("let in services by name, and denies hold against them too", () => {
    const role = (statements: readonly object[]) => ({
      arn: roleArn,
      accountId: account,
      trustPolicy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
    const task = `arn:aws:ecs:us-east-1:${account}:task/1`;
    const named = { ...assume, Principal: { Service: ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"] } };
    expect(serviceMayAssume(role([named]), "ecs-tasks.amazonaws.com", task)).toBe(true);
    expect(serviceMayAssume(role([named]), "lambda.amazonaws.com", task)).toBe(false);
    expect(serviceMayAssume(role([{ ...assume, Principal: { AWS: account } }]), "ecs-tasks.amazonaws.com", task)).toBe(
      false,
    );
    const denied = { ...assume, Effect: "Deny", Principal: "*" };
    expect(serviceMayAssume(role([named, denied]), "ecs-tasks.amazonaws.com", task)).toBe(false);
    const bound = (region: string) =>
      role([
        {
          ...named,
          Condition: {
            StringEquals: { "aws:SourceAccount": account },
            ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${account}:*` },
          },
        },
      ]);
    expect(serviceMayAssume(bound("us-east-1"), "ecs-tasks.amazonaws.com", task)).toBe(true);
    expect(serviceMayAssume(bound("eu-west-1"), "ecs-tasks.amazonaws.com", task)).toBe(false);
  });
});
