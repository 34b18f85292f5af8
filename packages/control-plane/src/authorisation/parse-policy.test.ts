import { ServiceError } from "@fleetless/kernel";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PolicyKind, parsePolicy } from "./parse-policy.ts";

const refused = (document: unknown, kind: PolicyKind = "identity"): string => {
  try {
    parsePolicy(typeof document === "string" ? document : JSON.stringify(document), kind);
  } catch (thrown) {
    if (thrown instanceof ServiceError && thrown.code === "MalformedPolicyDocument") return thrown.message;
    throw thrown;
  }
  return "taken";
};

const statement = (more: object, kind: PolicyKind = "identity"): string =>
  refused({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "*", ...more }] }, kind);

const trusting = (more: object): string =>
  refused(
    {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        ...more,
      },
    },
    "trust",
  );

describe("policy documents", () => {
  it("are taken in all their forms", () => {
    expect(statement({})).toBe("taken");
    expect(statement({ Action: ["s3:*", "*"], Resource: ["arn:aws:s3:::a/*", "arn:aws:ecs:*:*:task/*"] })).toBe(
      "taken",
    );
    expect(statement({ Action: undefined, NotAction: "s3:*", Resource: undefined, NotResource: "*" })).toBe("taken");
    expect(trusting({})).toBe("taken");
    expect(trusting({ Principal: "*" })).toBe("taken");
    expect(trusting({ Principal: { AWS: ["123456789012", "arn:aws:iam::123456789012:root"] } })).toBe("taken");
    expect(trusting({ Action: ["sts:AssumeRole", "sts:TagSession"] })).toBe("taken");
    expect(
      parsePolicy(
        JSON.stringify({ Statement: [], Version: "2012-10-17" }).replace(
          "[]",
          '{"Effect":"Deny","Action":"*","Resource":"*"}',
        ),
        "identity",
      ).statements,
    ).toMatchObject([{ effect: "Deny", number: 1 }]);
  });

  it("are refused in AWS's words", () => {
    expect(refused("{")).toBe("This policy contains invalid Json");
    expect(refused("[]")).toBe("Syntax errors in policy.");
    expect(refused({ Version: "2012-10-17" })).toBe("Syntax errors in policy.");
    expect(refused({ Version: "2012-10-17", Statement: [] })).toBe("Syntax errors in policy.");
    expect(refused({ Version: "2020-01-01", Statement: [{}] })).toBe("Syntax errors in policy.");
    expect(refused({ Version: "2012-10-17", Statements: [] })).toBe("Syntax errors in policy.");
    expect(refused({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] })).toBe(
      "Policy document must be version 2012-10-17 or greater.",
    );
    expect(statement({ Effect: "allow" })).toBe("Syntax errors in policy.");
    expect(statement({ Extra: 1 })).toBe("Syntax errors in policy.");
    expect(statement({ Action: undefined })).toBe("Policy statement must contain actions.");
    expect(statement({ Action: [] })).toBe("Policy statement must contain actions.");
    expect(statement({ Resource: undefined })).toBe("Policy statement must contain resources.");
    expect(statement({ Action: "GetObject" })).toContain("must be prefaced by a vendor");
    expect(statement({ Action: "s 3:GetObject" })).toBe("Vendor s 3 is not valid");
    expect(statement({ Resource: "bucket" })).toBe('Resource bucket must be in ARN format or "*".');
    expect(statement({ Resource: "arn:" })).toBe('Resource arn: must be in ARN format or "*".');
    expect(statement({ Principal: "*" })).toBe("Policy document should not specify a principal.");
    expect(statement({ Sid: "not ok" })).toContain("Statement IDs (SID) must be alpha-numeric.");
    expect(statement({ NotAction: "s3:*" })).toBe("Syntax errors in policy.");
    const twice = { Sid: "a", Effect: "Allow", Action: "*", Resource: "*" };
    expect(refused({ Version: "2012-10-17", Statement: [twice, twice] })).toBe(
      "Statement IDs (SID) in a single policy must be unique.",
    );
    expect(trusting({ Principal: undefined })).toBe("Missing required field Principal");
    expect(trusting({ Resource: "*" })).toBe("Has prohibited field Resource");
    expect(trusting({ Action: "s3:GetObject" })).toBe("AssumeRole policy may only specify STS AssumeRole actions.");
    expect(trusting({ Principal: { AWS: "somebody" } })).toBe('Invalid principal in policy: "AWS":"somebody"');
    expect(trusting({ Principal: { Service: "ecs tasks" } })).toBe(
      'Invalid principal in policy: "SERVICE":"ecs tasks"',
    );
  });

  it("never fail otherwise, whatever the JSON", () => {
    const kinds = fc.constantFrom<PolicyKind>("identity", "trust", "resource");
    const words = fc.constantFrom("Version", "2012-10-17", "Statement", "Effect", "Allow", "Action", "*", "Condition");
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        words,
        fc.jsonValue(),
        fc.array(tie("value"), { maxLength: 2 }),
        fc.dictionary(words, tie("value")),
      ),
    })).value;
    fc.assert(fc.property(anything, kinds, (document, kind) => typeof refused(document, kind) === "string"));
  });
});
