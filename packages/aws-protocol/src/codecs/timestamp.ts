import type { TimestampFormat } from "../model/shape.ts";
import { serialisationError } from "./serialisation-error.ts";

const dateTime = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** A timestamp of any of the three formats; AWS too reads each wherever one may stand. */
export const parseTimestamp = (text: string): Date => {
  const seconds = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (seconds !== undefined) return dateOfSeconds(seconds);
  const milliseconds = dateTime.test(text) || /GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw serialisationError(`Not a timestamp: ${text.slice(0, 64)}`);
  return new Date(milliseconds);
};

export const dateOfSeconds = (seconds: number): Date => {
  const date = new Date(Math.round(seconds * 1000));
  if (Number.isNaN(date.getTime())) throw serialisationError("A timestamp lies outside the range of dates");
  return date;
};

export const secondsOf = (date: Date): number => date.getTime() / 1000;

/** https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait */
export const formatTimestamp = (date: Date, format: TimestampFormat): string => {
  switch (format) {
    case "date-time":
      return date.toISOString().replace(".000Z", "Z");
    case "http-date":
      return date.toUTCString();
    case "epoch-seconds":
      return String(secondsOf(date));
  }
};
