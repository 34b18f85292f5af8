import type { AdvancedFieldSelector, EventSelector } from "@aws-sdk/client-cloudtrail";
import type { CloudTrailEvent } from "../../audit/cloudtrail-event.ts";
import type { TrailRecord, TrailSelectors } from "./collections.ts";

type SelectableEvent = Pick<CloudTrailEvent, "readOnly" | "eventSource" | "eventName" | "eventType" | "awsRegion"> & {
  readonly userIdentity: { readonly arn?: string | undefined };
};

/** Services whose events belong to every region. */
const globalSources: ReadonlySet<string> = new Set(["iam.amazonaws.com", "sts.amazonaws.com"]);

/** Whether a trail takes an event of its account, by its regions and its selectors. All are management events. */
export const selects = (
  trail: Pick<TrailRecord, "region" | "isMultiRegionTrail" | "includeGlobalServiceEvents" | "selectors">,
  event: SelectableEvent,
): boolean => {
  const here = trail.isMultiRegionTrail || event.awsRegion === trail.region;
  const global = globalSources.has(event.eventSource);
  if (global && !trail.includeGlobalServiceEvents) return false;
  return (here || global) && bySelectors(trail.selectors, event);
};

/** One selector that takes the event is enough; a trail without any takes every management event. */
const bySelectors = (selectors: TrailSelectors, event: SelectableEvent): boolean =>
  selectors.kind === "basic"
    ? selectors.selectors.some((selector) => byBasicSelector(selector, event))
    : selectors.selectors.some(({ FieldSelectors = [] }) => FieldSelectors.every((field) => byField(field, event)));

const byBasicSelector = (selector: EventSelector, event: SelectableEvent): boolean => {
  if (selector.IncludeManagementEvents === false) return false;
  if (selector.ExcludeManagementEventSources?.includes(event.eventSource)) return false;
  switch (selector.ReadWriteType ?? "All") {
    case "ReadOnly":
      return event.readOnly;
    case "WriteOnly":
      return !event.readOnly;
    default:
      return true;
  }
};

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html */
const byField = (selector: AdvancedFieldSelector, event: SelectableEvent): boolean => {
  const value = fieldOf(selector.Field, event);
  if (value === undefined) return selector.NotEquals !== undefined || selector.NotStartsWith !== undefined;
  const matches = (texts: readonly string[] | undefined, match: (text: string) => boolean, some: boolean): boolean =>
    texts === undefined || texts.length === 0 || texts.some(match) === some;
  return (
    matches(selector.Equals, (text) => value === text, true) &&
    matches(selector.StartsWith, (text) => value.startsWith(text), true) &&
    matches(selector.EndsWith, (text) => value.endsWith(text), true) &&
    matches(selector.NotEquals, (text) => value === text, false) &&
    matches(selector.NotStartsWith, (text) => value.startsWith(text), false) &&
    matches(selector.NotEndsWith, (text) => value.endsWith(text), false)
  );
};

const fieldOf = (field: string | undefined, event: SelectableEvent): string | undefined => {
  switch (field) {
    case "eventCategory":
      return "Management";
    case "readOnly":
      return String(event.readOnly);
    case "eventSource":
      return event.eventSource;
    case "eventName":
      return event.eventName;
    case "eventType":
      return event.eventType;
    case "userIdentity.arn":
      return event.userIdentity.arn;
    default:
      return undefined;
  }
};
