import { afterEach, expect, it, vi } from "vitest";
import { Silence } from "./silence.ts";

afterEach(() => void vi.useRealTimers());

it("lets a connection fail by its own limit of 30 s before it gives up itself", () => {
  vi.useFakeTimers();
  const silence = new Silence(new AbortController().signal);
  silence.begin();
  vi.advanceTimersByTime(31_000);
  expect(silence.signal.aborted).toBe(false);
  vi.advanceTimersByTime(30_000);
  expect(silence.signal.reason).toEqual(new Error("i/o timeout"));
  silence.end();
});
