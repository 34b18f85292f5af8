import { expect, it } from "vitest";
import { selects } from "./event-selection.ts";
import { allManagementEvents, checkSelectors } from "./selectors.ts";

const event = {
  readOnly: false,
  eventSource: "ecs.amazonaws.com",
  eventName: "RunTask",
  eventType: "AwsApiCall",
  awsRegion: "eu-west-1",
  userIdentity: { arn: "arn:aws:iam::123456789012:user/anna" },
} as const;
const trail = {
  region: "eu-west-1",
  isMultiRegionTrail: false,
  includeGlobalServiceEvents: true,
  selectors: allManagementEvents,
};
const management = { Field: "eventCategory", Equals: ["Management"] };
const advanced = (...fields: readonly object[]) => ({
  ...trail,
  selectors: checkSelectors(undefined, [
    { FieldSelectors: [management, ...fields.map((field) => ({ Field: undefined, ...field }))] },
  ]),
});
const basic = (selector: object) => ({ ...trail, selectors: checkSelectors([selector], undefined) });

it.each([
  ["its own region", trail, event, true],
  ["no other region", trail, { ...event, awsRegion: "us-east-1" }, false],
  ["every region", { ...trail, isMultiRegionTrail: true }, { ...event, awsRegion: "us-east-1" }, true],
  [
    "global services from anywhere",
    trail,
    { ...event, awsRegion: "us-east-1", eventSource: "iam.amazonaws.com" },
    true,
  ],
  [
    "no global services",
    { ...trail, includeGlobalServiceEvents: false },
    { ...event, eventSource: "iam.amazonaws.com" },
    false,
  ],
  ["writes", basic({ ReadWriteType: "WriteOnly" }), event, true],
  ["no reads", basic({ ReadWriteType: "WriteOnly" }), { ...event, readOnly: true }, false],
  ["reads", basic({ ReadWriteType: "ReadOnly" }), { ...event, readOnly: true }, true],
  ["no management events", basic({ IncludeManagementEvents: false }), event, false],
  [
    "no excluded source",
    basic({ ExcludeManagementEventSources: ["kms.amazonaws.com"] }),
    { ...event, eventSource: "kms.amazonaws.com" },
    false,
  ],
  ["a field that equals", advanced({ Field: "eventName", Equals: ["StopTask", "RunTask"] }), event, true],
  ["no field that differs", advanced({ Field: "eventName", Equals: ["StopTask"] }), event, false],
  ["a beginning", advanced({ Field: "eventName", StartsWith: ["Run"] }), event, true],
  ["an end", advanced({ Field: "eventName", EndsWith: ["Task"] }), event, true],
  ["no denied value", advanced({ Field: "readOnly", NotEquals: ["false"] }), event, false],
  ["no denied beginning", advanced({ Field: "userIdentity.arn", NotStartsWith: ["arn:aws:iam::"] }), event, false],
  [
    "what all fields take",
    advanced({ Field: "eventName", Equals: ["RunTask"] }, { Field: "readOnly", Equals: ["true"] }),
    event,
    false,
  ],
])("a trail takes %s", (_, taker, told, expected) => {
  expect(selects(taker, told)).toBe(expected);
});
