import type { LookupAttribute } from "@aws-sdk/client-cloudtrail";
import type { CloudTrailEvent } from "../../audit/cloudtrail-event.ts";
import type { AuditRecordRead } from "../../state/append/audit-records.ts";
import { invalidLookupAttributes } from "./errors.ts";

export interface Lookup {
  /** What the table finds by itself. */
  readonly read: Pick<AuditRecordRead, "eventId" | "eventName" | "eventSource" | "accessKeyId" | "readOnly">;
  readonly userName?: string;
}

/** What is looked up by: nothing or one attribute. Throws InvalidLookupAttributesException. */
export const lookupOf = (attributes: readonly LookupAttribute[] | undefined): Lookup => {
  const [attribute, ...more] = attributes ?? [];
  if (more.length > 0) throw invalidLookupAttributes("You can specify only one lookup attribute.");
  if (attribute === undefined) return { read: {} };
  const { AttributeKey: key, AttributeValue: value = "" } = attribute;
  if (value.length < 1 || value.length > 2_000) {
    throw invalidLookupAttributes("The value of a lookup attribute has between 1 and 2000 characters.");
  }
  switch (key) {
    case "EventId":
      return { read: { eventId: value } };
    case "EventName":
      return { read: { eventName: value } };
    case "EventSource":
      return { read: { eventSource: value } };
    case "AccessKeyId":
      return { read: { accessKeyId: value } };
    case "ReadOnly":
      if (value !== "true" && value !== "false") throw invalidLookupAttributes("ReadOnly is either true or false.");
      return { read: { readOnly: value === "true" } };
    case "Username":
      return { read: {}, userName: value };
    default:
      throw invalidLookupAttributes(`Looking up events by ${key} is not supported by Fleetless yet.`);
  }
};

/** A user's name, a role session's name, or `root`. */
export const userNameOf = ({ userIdentity }: CloudTrailEvent): string | undefined => {
  switch (userIdentity.type) {
    case "Root":
      return "root";
    case "IAMUser":
      return userIdentity.userName;
    case "AssumedRole":
      return userIdentity.arn?.slice(userIdentity.arn.lastIndexOf("/") + 1);
    default:
      return undefined;
  }
};
