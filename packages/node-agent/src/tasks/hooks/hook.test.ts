import { expect, test } from "vitest";
import { RuntimeError } from "../../runtime/contract.ts";
import { failureOf } from "./hook.ts";

const step = { kind: "create-container", container: "web", attempt: 0 } as const;

test("a launch that was cut off before anything ran is tried again, one that the container spoils is not", () => {
  const cutOff = new RuntimeError("CannotStartContainerError", "ttrpc: closed", { retryable: true });
  expect(failureOf(step, cutOff)).toEqual({
    kind: "failed",
    step,
    reason: "CannotStartContainerError: ttrpc: closed",
    retryable: true,
  });
  const spoiled = new RuntimeError("CannotStartContainerError", 'exec: "nosuch": executable file not found in $PATH');
  expect(failureOf(step, spoiled)).toMatchObject({ retryable: false });
});
