import { PatternError } from "@fleetless/engine";
import { constraintViolated, invalidParameter } from "../errors.ts";
import { parseJsonPattern } from "./json-pattern.ts";
import { parseTermsPattern } from "./terms-pattern.ts";

/** Whether an event's message is selected. */
export type MessageFilter = (message: string) => boolean;

/**
 * Reads a filter pattern: terms, or a condition on JSON between braces. Throws InvalidParameterException.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export const parseFilterPattern = (pattern: string): MessageFilter => {
  if (pattern.length > 1024) {
    throw constraintViolated(pattern, "filterPattern", "Member must have length less than or equal to 1024");
  }
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("[")) throw invalidParameter("Filter patterns on space-delimited fields are not supported yet.");
  try {
    return text.startsWith("{") ? parseJsonPattern(text) : parseTermsPattern(text);
  } catch (thrown) {
    if (thrown instanceof PatternError) throw invalidParameter(`Invalid filter pattern: ${thrown.message}`);
    throw thrown;
  }
};
