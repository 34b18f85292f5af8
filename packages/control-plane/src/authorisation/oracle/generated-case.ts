import * as fc from "fast-check";

export type RawStatement = Readonly<Record<string, unknown>>;

/**
 * Cases hold all that AWS defines, but for what the simulator is known to read wrongly in any case: `*:*` as an action
 * (it takes it for a service), `0.0.0.0/0` (its mask of no bits fits no address), `${*}` under StringEquals (it does
 * not unescape it), an address without a mask beside one of the other family under NotIpAddress, a date in seconds beside one in words, and IfExists after ForAnyValue (false for want of the key).
 * The tests beside the evaluator have those.
 */

/** A policy variable, as policies write it. */
const variable = (name: string): string => `\${${name}}`;

/** One question to IAM: who asks for what, and all policies that have a say. */
export interface GeneratedCase {
  readonly principal: GeneratedPrincipal;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccountId: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly identity: readonly (readonly RawStatement[])[];
  readonly boundary: readonly RawStatement[] | undefined;
  readonly session: readonly RawStatement[] | undefined;
  readonly resourcePolicy: readonly RawStatement[] | undefined;
  readonly serviceControl: readonly (readonly (readonly RawStatement[])[])[];
}

interface GeneratedPrincipal {
  readonly arn: string;
  readonly accountId: string;
  readonly sessionOf?: string;
}

const account = "123456789012";
const otherAccount = "210987654321";

const principals: readonly GeneratedPrincipal[] = [
  { arn: `arn:aws:iam::${account}:user/alice`, accountId: account },
  { arn: `arn:aws:iam::${account}:user/team/bob`, accountId: account },
  {
    arn: `arn:aws:sts::${account}:assumed-role/app/one`,
    accountId: account,
    sessionOf: `arn:aws:iam::${account}:role/app`,
  },
  {
    arn: `arn:aws:sts::${account}:federated-user/alice`,
    accountId: account,
    sessionOf: `arn:aws:iam::${account}:user/alice`,
  },
];

const target = (action: string, resource: string) => ({ action, resource });
const targets = [
  target("ecs:RunTask", `arn:aws:ecs:eu-west-1:${account}:task-definition/web:1`),
  target("ecs:StopTask", `arn:aws:ecs:eu-west-1:${account}:task/main/0123`),
  target("ecs:ListClusters", "*"),
  target("logs:PutLogEvents", `arn:aws:logs:eu-west-1:${account}:log-group:/app/web:log-stream:one`),
  target("ecr:BatchGetImage", `arn:aws:ecr:eu-west-1:${account}:repository/team/web`),
  target("secretsmanager:GetSecretValue", `arn:aws:secretsmanager:eu-west-1:${account}:secret:app/db-AbCdEf`),
  target("kms:Decrypt", `arn:aws:kms:eu-west-1:${account}:key/11111111-2222-3333-4444-555555555555`),
  target("sts:AssumeRole", `arn:aws:iam::${account}:role/app`),
  target("iam:PassRole", `arn:aws:iam::${account}:role/team/task`),
];

const actionPatterns = [
  ...["*", "ecs:*", "ecs:Run*", "ecs:???pTask", "logs:Put*", "ecr:batchgetimage", "secretsmanager:Get*"],
  ...["kms:Decrypt", "sts:AssumeRole", "iam:Pass*", "kms:*", "sts:*"],
];

const resourcePatterns = [
  ...[
    "*",
    "*",
    `arn:aws:ecs:*:${account}:task-definition/*`,
    "arn:aws:ecs:*:*:*",
    "arn:aws:ecs:eu-west-1:*:task/main/*",
  ],
  ...[
    "arn:aws:logs:*:*:log-group:/app/*",
    "arn:aws:ecr:*:*:repository/team/???",
    "arn:aws:secretsmanager:*:*:secret:app/*",
  ],
  ...["arn:aws:kms:*:*:key/*", `arn:aws:iam::${account}:role/*`, "arn:aws:*:*:*:task/*", "arn:aws:logs:eu-west-1:*:*"],
  ...[
    `arn:aws:ecr:*:*:repository/${variable("aws:PrincipalTag/team")}/*`,
    `arn:aws:secretsmanager:*:*:secret:${variable("aws:username, 'app'")}/*`,
  ],
  ...[
    `arn:aws:iam::*:role/${variable("iam:Missing")}/*`,
    `arn:aws:iam::*:role/${variable("aws:PrincipalTag/team, 'team'")}/task`,
  ],
];

/** What a variable without a value means where it says what not to match is nowhere defined. */
const hasValue = (pattern: string): boolean => !/\$\{[^},*]*\}/.test(pattern);

const texts = ["team", "Team", "web", "app", "a*b", "alice", "", "x"];
const textPatterns = [
  ...texts,
  "te*",
  "?eb",
  "*",
  variable("aws:username"),
  variable("aws:PrincipalTag/team, 'team'"),
  `a${variable("*")}b`,
];
const numbers = ["0", "1", "5", "5.5", "10", "-3"];
const dates = ["2026-01-01T00:00:00Z", "2026-06-15T12:00:00Z", "2027-01-01T00:00:00Z"];
const addresses = ["10.0.0.1", "10.1.2.3", "192.0.2.7", "2001:db8::1"];
const blocks = ["10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24", "2001:db8::/32", "192.0.2.7/32"];
const arns = [`arn:aws:iam::${account}:role/app`, "arn:aws:ecs:eu-west-1:1:cluster/main", "arn:aws:sns:eu-west-1:1:t"];
const arnPatterns = [
  ...arns,
  "arn:aws:iam::*:role/*",
  "arn:aws:*:*:*:cluster/*",
  `arn:aws:ecs:*:*:cluster/${variable("aws:username")}`,
];

interface Family {
  readonly operators: readonly string[];
  readonly keys: readonly string[];
  readonly requested: readonly string[];
  readonly written: readonly string[];
}

const withNumberOrDate = (prefix: string): readonly string[] =>
  ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map(
    (name) => prefix + name,
  );

const families: readonly Family[] = [
  {
    operators: ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
    keys: ["aws:username", "aws:PrincipalTag/team", "aws:RequestTag/env", "aws:TagKeys", "ecs:task-family"],
    requested: texts,
    written: textPatterns.filter((pattern) => !pattern.includes(variable("*"))),
  },
  {
    operators: ["StringLike", "StringNotLike"],
    keys: ["aws:username", "AWS:PrincipalTag/Team", "aws:TagKeys", "ecs:task-family"],
    requested: texts,
    written: textPatterns,
  },
  { operators: withNumberOrDate("Numeric"), keys: ["ecs:task-cpu"], requested: numbers, written: numbers },
  { operators: withNumberOrDate("Date"), keys: ["aws:CurrentTime"], requested: dates, written: dates },
  { operators: ["Bool"], keys: ["aws:SecureTransport"], requested: ["true", "false"], written: ["true", "false"] },
  { operators: ["BinaryEquals"], keys: ["test:bytes"], requested: ["QUJD", "QQ=="], written: ["QUJD", "QQ=="] },
  { operators: ["IpAddress", "NotIpAddress"], keys: ["aws:SourceIp"], requested: addresses, written: blocks },
  {
    operators: ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
    keys: ["ecs:cluster", "aws:PrincipalArn"],
    requested: arns,
    written: arnPatterns,
  },
];

/** Keys of many values are asked for with set operators alone: AWS defines nothing else. */
const manyValued = "aws:TagKeys";

const pick = <Item>(items: readonly Item[]): fc.Arbitrary<Item> => fc.constantFrom(...items);
const several = (items: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc.uniqueArray(pick(items), { minLength: 1, maxLength: 3 });
/** Something in one of `outOf` cases. */
const oneIn = <Item>(outOf: number, item: fc.Arbitrary<Item>): fc.Arbitrary<Item | undefined> =>
  fc.oneof({ weight: outOf - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: item });
const mostly = <Item>(item: fc.Arbitrary<Item>): fc.Arbitrary<Item | undefined> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: item });

const conditionOf = (family: Family): fc.Arbitrary<readonly [string, string, unknown]> =>
  fc
    .record({
      operator: pick(family.operators),
      key: pick(family.keys),
      values: several(family.written),
      set: pick(["", "", "", "ForAnyValue:", "ForAllValues:"]),
      ifExists: pick(["", "", "IfExists"]),
    })
    .map(({ operator, key, values, set, ifExists }) => {
      const quantifier = key === manyValued && set === "" ? "ForAnyValue:" : set;
      const suffix = quantifier === "ForAnyValue:" ? "" : ifExists;
      const defined = operator.includes("Not") ? values.filter(hasValue) : values;
      const written = defined.length > 0 ? defined : family.requested.slice(0, 1);
      return [`${quantifier}${operator}${suffix}`, key, written.length === 1 ? written[0] : written] as const;
    });

const nullCondition = fc
  .tuple(pick(families.flatMap(({ keys }) => keys)), pick(["true", "false"]))
  .map(([key, value]) => ["Null", key, value] as const);

const conditions = fc
  .array(fc.oneof(...families.map(conditionOf), nullCondition), { minLength: 1, maxLength: 2 })
  .map((list) => {
    const element: Record<string, Record<string, unknown>> = {};
    for (const [operator, key, values] of list) element[operator] = { ...element[operator], [key]: values };
    return element;
  });

const statement = (principal?: fc.Arbitrary<RawStatement>): fc.Arbitrary<RawStatement> =>
  fc
    .record({
      effect: pick(["Allow", "Allow", "Allow", "Deny"]),
      actions: several(actionPatterns),
      notAction: pick([false, false, false, true]),
      resource: fc.oneof(
        { weight: 3, arbitrary: several(resourcePatterns).map((Resource) => ({ Resource })) },
        { weight: 1, arbitrary: several(resourcePatterns.filter(hasValue)).map((NotResource) => ({ NotResource })) },
      ),
      condition: oneIn(2, conditions),
      principal: principal ?? fc.constant({}),
    })
    .map(({ effect, actions, notAction, resource, condition, principal: element }) => ({
      Effect: effect,
      ...element,
      [notAction ? "NotAction" : "Action"]: actions,
      ...resource,
      ...(condition === undefined ? {} : { Condition: condition }),
    }));

const named = fc.oneof(
  fc.constant<unknown>("*"),
  several([
    ...principals.map(({ arn }) => arn),
    ...principals.flatMap(({ sessionOf }) => sessionOf ?? []),
    `arn:aws:iam::${account}:root`,
    otherAccount,
  ]).map((AWS) => ({ AWS })),
  fc.constant<unknown>({ Service: "ecs-tasks.amazonaws.com" }),
);
const principalElement = fc
  .tuple(named, pick(["Principal", "Principal", "Principal", "Principal", "NotPrincipal"]))
  .map(([value, name]): RawStatement => ({ [name]: value }));

const statements = (kind?: fc.Arbitrary<RawStatement>): fc.Arbitrary<readonly RawStatement[]> =>
  fc.array(statement(kind), { minLength: 1, maxLength: 3 });

const everything: RawStatement = { Effect: "Allow", Action: "*", Resource: "*" };
const orEverything = fc.oneof(fc.constant([everything]), statements());

const context = fc
  .tuple(
    ...families.flatMap(({ keys, requested }) =>
      keys
        .filter((key) => key !== "AWS:PrincipalTag/Team")
        .map((key) =>
          mostly<string | readonly string[]>(key === manyValued ? several(requested) : pick(requested)).map(
            (value) => [key, value] as const,
          ),
        ),
    ),
  )
  .map((entries) => {
    const keys: Record<string, string | readonly string[]> = {};
    for (const [key, value] of entries) if (value !== undefined && value !== "") keys[key] = value;
    return keys;
  });

export const generatedCases: fc.Arbitrary<GeneratedCase> = fc
  .record({
    principal: pick(principals),
    target: pick(targets),
    isForeign: pick([false, false, false, true]),
    context,
    identity: fc.array(orEverything, { minLength: 0, maxLength: 2 }),
    boundary: oneIn(4, orEverything),
    session: oneIn(3, orEverything),
    resourcePolicy: oneIn(2, statements(principalElement)),
    serviceControl: fc.oneof(
      fc.constant([]),
      fc.array(fc.array(orEverything, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
    ),
  })
  .map(({ target: { action, resource }, isForeign, session, principal, ...rest }) => {
    const resourceAccountId = isForeign && resource !== "*" ? otherAccount : account;
    return {
      ...rest,
      principal,
      action,
      resource: resource.replace(account, resourceAccountId),
      resourceAccountId,
      session: principal.sessionOf === undefined ? undefined : session,
    };
  });
