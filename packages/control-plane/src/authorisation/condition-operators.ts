import { BlockList, isIP } from "node:net";
import { matchesArnPattern } from "./arn-pattern.ts";
import { type ConditionContext, matchesPattern, type Pattern, textOfPattern } from "./pattern.ts";

export type ConditionOperator =
  | { readonly kind: "null" }
  | {
      readonly kind: "compare";
      readonly negated: boolean;
      /** Whether `*` and `?` in the policy's values are wildcards. */
      readonly wildcards: boolean;
      /** Whether the policy's values may hold policy variables: only texts and ARNs may. */
      readonly variables: boolean;
      /** Whether a text of a policy can be a value of this operator. */
      readonly accepts: (text: string) => boolean;
      /** Whether the request's value matches one of the policy's; undefined where a variable has no value. */
      readonly matches: (value: Pattern, requestValue: string, context: ConditionContext) => boolean | undefined;
    };

type Compare = Extract<ConditionOperator, { kind: "compare" }>;

const always = (): boolean => true;

const compareText =
  (compare: (policyValue: string, requestValue: string) => boolean): Compare["matches"] =>
  (value, requestValue, context) => {
    const text = textOfPattern(value, context);
    return text === undefined ? undefined : compare(text, requestValue);
  };

const operator = (
  matches: Compare["matches"],
  options: Partial<Omit<Compare, "kind" | "matches">> = {},
): ConditionOperator => ({
  kind: "compare",
  negated: false,
  wildcards: false,
  variables: true,
  accepts: always,
  ...options,
  matches,
});

const equalText = compareText((left, right) => left === right);
const equalIgnoringCase = compareText((left, right) => left.toLowerCase() === right.toLowerCase());

const order =
  (quantityOf: (text: string) => number | undefined, holds: (request: number, policy: number) => boolean) =>
  (policyValue: string, requestValue: string): boolean => {
    const policy = quantityOf(policyValue);
    const request = quantityOf(requestValue);
    return policy !== undefined && request !== undefined && holds(request, policy);
  };

const numberOf = (text: string): number | undefined => {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
};

/** Dates are ISO 8601, or seconds since the Unix epoch. */
const dateOf = (text: string): number | undefined => {
  const seconds = numberOf(text);
  if (seconds !== undefined && !/^\d{4}$/.test(text)) return seconds * 1_000;
  const value = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[-+]\d{2}:?\d{2})?)?)?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(value) ? undefined : value;
};

const orders: Readonly<Record<string, (request: number, policy: number) => boolean>> = {
  Equals: (request, policy) => request === policy,
  LessThan: (request, policy) => request < policy,
  LessThanEquals: (request, policy) => request <= policy,
  GreaterThan: (request, policy) => request > policy,
  GreaterThanEquals: (request, policy) => request >= policy,
};

const ordered = (
  prefix: string,
  quantityOf: (text: string) => number | undefined,
): readonly (readonly [string, ConditionOperator])[] => {
  const accepts = (text: string): boolean => quantityOf(text) !== undefined;
  const equals = compareText(order(quantityOf, (request, policy) => request === policy));
  return [
    ...Object.entries(orders).map(
      ([name, holds]) =>
        [prefix + name, operator(compareText(order(quantityOf, holds)), { accepts, variables: false })] as const,
    ),
    [`${prefix}NotEquals`, operator(equals, { accepts, negated: true, variables: false })],
  ];
};

/** A block of addresses, kept with the pattern that it was made of. */
const blocks = new WeakMap<Pattern, BlockList>();

const blockOf = (value: Pattern, context: ConditionContext): BlockList | undefined => {
  const known = blocks.get(value);
  if (known !== undefined) return known;
  const text = textOfPattern(value, context);
  if (text === undefined) return undefined;
  const block = new BlockList();
  const [address = "", length] = text.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (isAddressRange(text))
    block.addSubnet(address, length === undefined ? fullLength[family] : Number(length), family);
  if (value.fixed !== undefined) blocks.set(value, block);
  return block;
};

const fullLength = { ipv4: 32, ipv6: 128 } as const;

const isAddressRange = (text: string): boolean => {
  const [address = "", length, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (family === 6 ? 128 : 32));
};

const matchesAddress: Compare["matches"] = (value, requestValue, context) => {
  const block = blockOf(value, context);
  if (block === undefined) return undefined;
  const family = isIP(requestValue);
  return family !== 0 && block.check(requestValue, family === 6 ? "ipv6" : "ipv4");
};

const acceptsBoolean = (text: string): boolean => /^(true|false)$/i.test(text);

const matchesArn: Compare["matches"] = (value, requestValue, context) =>
  matchesArnPattern(value, requestValue, context);

const negated = { negated: true };
const wild = { wildcards: true };

/** By name in lower case, without set operator and IfExists. */
export const conditionOperators: ReadonlyMap<string, ConditionOperator> = new Map(
  (
    [
      ["StringEquals", operator(equalText)],
      ["StringNotEquals", operator(equalText, negated)],
      ["StringEqualsIgnoreCase", operator(equalIgnoringCase)],
      ["StringNotEqualsIgnoreCase", operator(equalIgnoringCase, negated)],
      ["StringLike", operator(matchesPattern, wild)],
      ["StringNotLike", operator(matchesPattern, { ...wild, ...negated })],
      ...ordered("Numeric", numberOf),
      ...ordered("Date", dateOf),
      ["Bool", operator(equalIgnoringCase, { accepts: acceptsBoolean, variables: false })],
      ["BinaryEquals", operator(equalText, { variables: false })],
      ["IpAddress", operator(matchesAddress, { accepts: isAddressRange, variables: false })],
      ["NotIpAddress", operator(matchesAddress, { accepts: isAddressRange, negated: true, variables: false })],
      ["ArnEquals", operator(matchesArn, wild)],
      ["ArnLike", operator(matchesArn, wild)],
      ["ArnNotEquals", operator(matchesArn, { ...wild, ...negated })],
      ["ArnNotLike", operator(matchesArn, { ...wild, ...negated })],
      ["Null", { kind: "null" }],
    ] satisfies readonly (readonly [string, ConditionOperator])[]
  ).map(([name, value]) => [name.toLowerCase(), value]),
);
