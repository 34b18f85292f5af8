import { describe, expect, it } from "vitest";
import { LogOptionsError, readAwslogsOptions } from "./awslogs-options.ts";

const basic = { "awslogs-group": "/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" };

describe("readAwslogsOptions", () => {
  it("is blocking and one line an event where nothing else is said", () => {
    expect(readAwslogsOptions(basic)).toEqual({
      group: "/web",
      streamPrefix: "web",
      createGroup: false,
      maximumBufferBytes: undefined,
      startsEvent: undefined,
    });
  });

  it.each([
    ["25m", 26_214_400],
    ["512k", 524_288],
    ["4096", 4096],
    ["1.5MB", 1_572_864],
  ])("reads a buffer of %s", (size, bytes) => {
    const options = { ...basic, mode: "non-blocking", "max-buffer-size": size };
    expect(readAwslogsOptions(options).maximumBufferBytes).toBe(bytes);
  });

  it("finds the lines that begin with a date", () => {
    const { startsEvent } = readAwslogsOptions({ ...basic, "awslogs-datetime-format": "\\[%b %d, %Y %H:%M:%S\\]" });
    expect(startsEvent?.("[May 01, 2017 19:00:01] A message was logged")).toBe(true);
    expect(startsEvent?.("Another multiline message was logged")).toBe(false);
  });

  it("finds the lines that match a pattern", () => {
    const { startsEvent } = readAwslogsOptions({ ...basic, "awslogs-multiline-pattern": "^(INFO|ERROR)" });
    expect([startsEvent?.("ERROR x"), startsEvent?.("  at y")]).toEqual([true, false]);
  });

  it.each([
    [{ "awslogs-group": "" }, "must specify a value for log opt 'awslogs-group'"],
    [{ "awslogs-create-group": "perhaps" }, "must specify valid value for log opt 'awslogs-create-group': perhaps"],
    [{ mode: "sometimes" }, "logging mode not supported: sometimes"],
    [{ "max-buffer-size": "1m" }, "max-buffer-size option is only supported with 'mode=non-blocking'"],
    [{ mode: "non-blocking", "max-buffer-size": "much" }, "error getting max-buffer-size: invalid size: 'much'"],
    [{ "awslogs-multiline-pattern": "(" }, "awslogs could not parse awslogs-multiline-pattern key '('"],
    [{ "awslogs-datetime-format": "%Q" }, "%Q is not supported in a datetime format"],
    [{ "awslogs-multiline-pattern": "a", "awslogs-datetime-format": "%Y" }, "at the same time"],
    [{ "awslogs-colour": "red" }, "unknown log opt 'awslogs-colour' for awslogs log driver"],
  ])("refuses %j", (options, message) => {
    expect(() => readAwslogsOptions({ ...basic, ...options })).toThrow(LogOptionsError);
    expect(() => readAwslogsOptions({ ...basic, ...options })).toThrow(message);
  });
});
