import { decodeUpTo } from "./decode-utf8.ts";

/** CloudWatch's 256 KiB for an event, less what it counts beyond the message. */
export const maximumEventBytes = 262_144 - 26;
/** Room for the bytes of a character that is not complete yet. */
const lookAhead = 3;
/** A start pattern looks no further into a line than this. */
const maximumTestedBytes = 65_536;
const newline = 10;

export interface CutEvent {
  readonly message: string;
  /** Index behind the event's last byte in the input, its newline included. */
  readonly end: number;
}

export interface Cut {
  readonly events: readonly CutEvent[];
  /** Bytes that need not be looked at again: those of the events, and of empty lines between them. */
  readonly consumed: number;
  /** Bytes behind `consumed` that were looked at and begin no event; given back when more was read. */
  readonly examined: number;
}

export interface CutOptions {
  /** Whether a line begins an event; where left out, every line is one. */
  readonly startsEvent?: (line: string) => boolean;
  /** Nothing follows: what is left is an event even without a newline. */
  readonly final: boolean;
  /** From the cut before, where `input` begins with what that one left. */
  readonly examined?: number;
}

/** One event, or more where it is longer than CloudWatch takes. */
const pushPieces = (events: CutEvent[], input: Buffer, start: number, textEnd: number, end: number): void => {
  let at = start;
  while (at < textEnd) {
    const { text, consumed } = decodeUpTo(input.subarray(at, textEnd), maximumEventBytes);
    at += consumed;
    events.push({ message: text, end: at === textEnd ? end : at });
  }
};

/** Takes full-sized pieces off an event whose end is not in sight. */
const pushFullPieces = (events: CutEvent[], input: Buffer, start: number): number => {
  let at = start;
  while (input.length - at >= maximumEventBytes + lookAhead) {
    const { text, consumed } = decodeUpTo(input.subarray(at, at + maximumEventBytes + lookAhead), maximumEventBytes);
    at += consumed;
    events.push({ message: text, end: at });
  }
  return at;
};

const cutLines = (input: Buffer, final: boolean, examined: number): Cut => {
  const events: CutEvent[] = [];
  let start = 0;
  for (let end = input.indexOf(newline, examined); end >= 0; end = input.indexOf(newline, start)) {
    pushPieces(events, input, start, end, end + 1);
    start = end + 1;
  }
  if (!final) {
    const rest = pushFullPieces(events, input, start);
    return { events, consumed: rest, examined: input.length - rest };
  }
  pushPieces(events, input, start, input.length, input.length);
  return { events, consumed: input.length, examined: 0 };
};

const cutMultiline = (input: Buffer, startsEvent: (line: string) => boolean, final: boolean, examined: number): Cut => {
  const events: CutEvent[] = [];
  let start = 0;
  let line = examined;
  for (let end = input.indexOf(newline, line); end >= 0; end = input.indexOf(newline, line)) {
    const tested = input.toString("utf8", line, Math.min(end, line + maximumTestedBytes));
    if (line > start && startsEvent(tested)) {
      pushPieces(events, input, start, line, line);
      start = line;
    }
    line = end + 1;
  }
  if (!final) {
    const rest = pushFullPieces(events, input, start);
    return { events, consumed: rest, examined: Math.max(0, line - rest) };
  }
  if (line > start && line < input.length && startsEvent(input.toString("utf8", line, line + maximumTestedBytes))) {
    pushPieces(events, input, start, line, line);
    start = line;
  }
  pushPieces(events, input, start, input.length, input.length);
  return { events, consumed: input.length, examined: 0 };
};

/**
 * Cuts what a container wrote into events. Depends on the bytes alone, so that a range that was cut before is
 * cut the same way when it is read again with `final`. An event of many lines keeps its newlines, also the
 * last, as awslogs does; without a start pattern the newlines are left out and empty lines with them.
 */
export const cutEvents = (input: Buffer, { startsEvent, final, examined = 0 }: CutOptions): Cut =>
  startsEvent === undefined ? cutLines(input, final, examined) : cutMultiline(input, startsEvent, final, examined);
