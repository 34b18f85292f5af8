import { describe, expect, test } from "vitest";
import { RuntimeError } from "../../runtime/contract.ts";
import { healthCommand } from "./health-hook.ts";
import { failureOf, StepFailure } from "./hook.ts";
import { stopSignalOf } from "./signal-hooks.ts";

describe("an image's stop signal", () => {
  test.each([
    ["SIGQUIT", "SIGQUIT"],
    ["quit", "SIGQUIT"],
    ["10", "SIGUSR1"],
    ["", "SIGTERM"],
    [undefined, "SIGTERM"],
    ["SIGRTMIN+3", "SIGTERM"],
    ["9999", "SIGTERM"],
  ])("%j is sent as %s", (declared, signal) => {
    expect(stopSignalOf(declared)).toBe(signal);
  });
});

describe("a health check's command", () => {
  test.each([
    [
      ["CMD", "curl", "-f", "localhost"],
      ["curl", "-f", "localhost"],
    ],
    [
      ["CMD-SHELL", "curl -f localhost || exit 1"],
      ["/bin/sh", "-c", "curl -f localhost || exit 1"],
    ],
    [["curl -f localhost"], ["/bin/sh", "-c", "curl -f localhost"]],
  ])("%j runs %j", (declared, command) => {
    expect(healthCommand(declared)).toEqual(command);
  });
});

describe("a failed step", () => {
  const image = { kind: "prepare-image", container: "web" } as const;

  test("is worded with the runtime's own name of the error, or its kind's", () => {
    expect(failureOf(image, new RuntimeError("ResourceInitializationError", "no role"))).toMatchObject({
      reason: "ResourceInitializationError: no role",
    });
    expect(failureOf(image, new Error("no such host"))).toMatchObject({
      reason: "CannotPullContainerError: no such host",
    });
    expect(failureOf({ kind: "attach-network" }, new Error("no room"))).toMatchObject({
      reason: "ResourceInitializationError: no room",
    });
  });

  test("says as it is what the hook words itself, and whether it may be tried again", () => {
    const failure = new StepFailure("ResourceInitializationError: failed to validate logger args", true);
    expect(failureOf({ kind: "open-log", container: "web" }, failure)).toMatchObject({
      reason: "ResourceInitializationError: failed to validate logger args",
      retryable: true,
    });
  });
});
