import { defaultFlowLogFormat, unknownFlowLogField } from "@fleetless/engine";
import { invalidParameterValue } from "./errors.ts";

/** The fields of each record, as AWS writes a format. Throws InvalidParameterValue. */
export const readFlowLogFormat = (text: string | undefined): string => {
  if (text === undefined || text === "") return defaultFlowLogFormat;
  const unknown = unknownFlowLogField(text);
  if (unknown !== undefined) throw invalidParameterValue(`Unknown fields provided: ${unknown.slice(0, 60)}`);
  return text;
};
