import type { LogPosition } from "../../state/append/log-events.ts";
import { invalidParameter } from "./errors.ts";

/** A token of GetLogEvents: where to go on from, and in which direction. */
export interface StreamToken {
  readonly direction: "forward" | "backward";
  /** The event at this place belongs to the page before. */
  readonly position: LogPosition;
}

const letters = { forward: "f", backward: "b" } as const;
const digits = (value: number): string => String(value).padStart(16, "0");

export const formatStreamToken = ({ direction, position }: StreamToken): string =>
  `${letters[direction]}/${digits(position.timestamp)}${digits(position.sequence)}/s`;

/** Throws InvalidParameterException. */
export const parseStreamToken = (token: string): StreamToken => {
  const match = /^([fb])\/(\d{16})(\d{16})\/s$/.exec(token);
  if (match === null) throw invalidParameter("The specified nextToken is invalid.");
  return {
    direction: match[1] === "f" ? "forward" : "backward",
    position: { timestamp: Number(match[2]), sequence: Number(match[3]) },
  };
};

/** The place just before an event, which a forward read from there answers first. */
export const justBefore = ({ timestamp, sequence }: LogPosition): LogPosition => ({
  timestamp,
  sequence: sequence - 1,
});
/** The place just behind an event, which a backward read from there answers last. */
export const justBehind = ({ timestamp, sequence }: LogPosition): LogPosition => ({
  timestamp,
  sequence: sequence + 1,
});

export const formatGroupToken = (position: LogPosition): string =>
  Buffer.from(`${position.timestamp}:${position.sequence}`).toString("base64url");

export const parseGroupToken = (token: string): LogPosition => {
  const match = /^(\d{1,16}):(\d{1,16})$/.exec(Buffer.from(token, "base64url").toString());
  if (match === null) throw invalidParameter("The specified nextToken is invalid.");
  return { timestamp: Number(match[1]), sequence: Number(match[2]) };
};
