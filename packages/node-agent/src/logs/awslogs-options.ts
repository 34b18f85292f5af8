import { RegularExpression } from "@fleetless/engine";
import { messageOf } from "@fleetless/kernel";
import { strftimePattern } from "./strftime-pattern.ts";

/** The options of the awslogs driver, read and checked. */
export interface AwslogsOptions {
  readonly group: string;
  readonly streamPrefix: string;
  readonly createGroup: boolean;
  /** Bytes kept while deliveries fail; undefined where the mode is blocking and nothing is given up. */
  readonly maximumBufferBytes: number | undefined;
  readonly startsEvent: ((line: string) => boolean) | undefined;
}

/** What is wrong with a container's log options, in the driver's words. */
export class LogOptionsError extends Error {
  override readonly name = "LogOptionsError";
}

const known: ReadonlySet<string> = new Set([
  "awslogs-group",
  "awslogs-region",
  "awslogs-stream-prefix",
  "awslogs-create-group",
  "awslogs-datetime-format",
  "awslogs-multiline-pattern",
  "mode",
  "max-buffer-size",
]);

const defaultBufferBytes = 1024 * 1024;
const maximumPatternLength = 1024;
const units: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `25m`, `512k`, `4096`: powers of 1024, as Docker reads them. */
const readSize = (text: string): number => {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s?([kmg]?)(?:i?b)?$/i.exec(text);
  const bytes = Math.floor(Number(match?.[1]) * (units[(match?.[2] ?? "").toLowerCase()] ?? Number.NaN));
  if (!(bytes > 0)) throw new LogOptionsError(`error getting max-buffer-size: invalid size: '${text}'`);
  return bytes;
};

const readMode = (options: Readonly<Record<string, string>>): number | undefined => {
  const { mode = "blocking", "max-buffer-size": size } = options;
  if (mode !== "blocking" && mode !== "non-blocking") throw new LogOptionsError(`logging mode not supported: ${mode}`);
  if (mode === "non-blocking") return size === undefined ? defaultBufferBytes : readSize(size);
  if (size !== undefined) {
    throw new LogOptionsError("max-buffer-size option is only supported with 'mode=non-blocking'");
  }
  return undefined;
};

const readStartPattern = (options: Readonly<Record<string, string>>): AwslogsOptions["startsEvent"] => {
  const { "awslogs-datetime-format": format, "awslogs-multiline-pattern": pattern } = options;
  if (format !== undefined && pattern !== undefined) {
    throw new LogOptionsError(
      "you cannot configure log opt 'awslogs-datetime-format' and 'awslogs-multiline-pattern' at the same time",
    );
  }
  const name = format === undefined ? "awslogs-multiline-pattern" : "awslogs-datetime-format";
  const source = format ?? pattern;
  if (source === undefined) return undefined;
  if (source.length > maximumPatternLength)
    throw new LogOptionsError(`${name} is longer than ${maximumPatternLength} characters`);
  try {
    const expression = new RegularExpression(format === undefined ? source : strftimePattern(format));
    return (line) => expression.occursIn(line);
  } catch (thrown) {
    throw new LogOptionsError(`awslogs could not parse ${name} key '${source}': ${messageOf(thrown)}`);
  }
};

/** Throws LogOptionsError. */
export const readAwslogsOptions = (options: Readonly<Record<string, string>>): AwslogsOptions => {
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined) throw new LogOptionsError(`unknown log opt '${unknown}' for awslogs log driver`);
  const { "awslogs-group": group, "awslogs-stream-prefix": streamPrefix, "awslogs-create-group": create } = options;
  if (!group) throw new LogOptionsError("must specify a value for log opt 'awslogs-group'");
  if (!streamPrefix) throw new LogOptionsError("must specify a value for log opt 'awslogs-stream-prefix'");
  if (create !== undefined && !/^(true|false)$/i.test(create)) {
    throw new LogOptionsError(`must specify valid value for log opt 'awslogs-create-group': ${create}`);
  }
  return {
    group,
    streamPrefix,
    createGroup: create?.toLowerCase() === "true",
    maximumBufferBytes: readMode(options),
    startsEvent: readStartPattern(options),
  };
};
