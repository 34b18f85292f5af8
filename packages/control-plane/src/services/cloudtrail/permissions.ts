import type { Call } from "../../gateway/call.ts";
import { trailArn } from "./collections.ts";
import { scopeOfCall } from "./dependencies.ts";

/** What a call on one trail is checked against; what is no trail's name or ARN is left to the handler to refuse. */
export const trailResource = (nameOrArn: string | undefined, call: Call): readonly string[] => {
  const text = nameOrArn ?? "";
  return [text.startsWith("arn:") ? text : trailArn(scopeOfCall(call), text)];
};
