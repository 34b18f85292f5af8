import type { Event, LookupEventsRequest, LookupEventsResponse } from "@aws-sdk/client-cloudtrail";
import { type AuditedEvent, readAuditTrail } from "../../../audit/read-audit-trail.ts";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { invalidMaxResults, invalidNextToken, invalidTimeRange, notSupported } from "../errors.ts";
import { type Lookup, lookupOf, userNameOf } from "../lookup.ts";

const maximumResults = 50;
const pageSize = 500;
/** A page may be empty and still have a next one, as with AWS. */
const pagesAtOnce = 10;

/** The event history of the call's region, newest first. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
export const lookupEvents = defineOperation<CloudTrailDependencies, LookupEventsRequest, LookupEventsResponse>({
  authorise: permission("cloudtrail:LookupEvents", () => ["*"]),
  handle: async (input, call, { records }) => {
    const limit = input.MaxResults ?? maximumResults;
    if (limit < 1 || limit > maximumResults) throw invalidMaxResults(1, maximumResults);
    if (input.EventCategory !== undefined) throw notSupported("Looking up events of the category insight");
    const { StartTime: start, EndTime: end } = input;
    if (start !== undefined && end !== undefined && start >= end) throw invalidTimeRange();
    const { region, accountId } = scopeOfCall(call);
    const lookup = lookupOf(input.LookupAttributes);
    const range = {
      ...lookup.read,
      ...(start === undefined ? {} : { startTime: start.getTime() }),
      ...(end === undefined ? {} : { endTime: end.getTime() + 1 }),
    };
    const found: AuditedEvent[] = [];
    let before = placeIn(input.NextToken);
    for (let page = 0; page < pagesAtOnce; page += 1) {
      const read = await readAuditTrail(records, {
        ...range,
        limit: pageSize,
        ...(before === undefined ? {} : { before }),
      });
      for (const audited of read.events) {
        const { event, sequence } = audited;
        if (event.awsRegion !== region || event.recipientAccountId !== accountId || !matches(lookup, audited)) continue;
        found.push(audited);
        if (found.length === limit) return { Events: found.map(eventView), NextToken: tokenOf(sequence) };
      }
      before = read.before;
      if (before === undefined) return { Events: found.map(eventView) };
    }
    return { Events: found.map(eventView), NextToken: before === undefined ? undefined : tokenOf(before) };
  },
});

const matches = ({ userName }: Lookup, { event }: AuditedEvent): boolean =>
  userName === undefined || userNameOf(event) === userName;

const eventView = ({ event, text }: AuditedEvent): Event => ({
  EventId: event.eventID,
  EventName: event.eventName,
  ReadOnly: String(event.readOnly),
  AccessKeyId: event.userIdentity.accessKeyId,
  EventTime: new Date(event.eventTime),
  EventSource: event.eventSource,
  Username: userNameOf(event),
  Resources: [],
  CloudTrailEvent: text,
});

const tokenOf = (sequence: number): string => Buffer.from(`before:${sequence}`).toString("base64");

const placeIn = (token: string | undefined): number | undefined => {
  if (token === undefined) return undefined;
  const sequence = /^before:(\d{1,15})$/.exec(Buffer.from(token, "base64").toString())?.[1];
  if (sequence === undefined) throw invalidNextToken();
  return Number(sequence);
};
