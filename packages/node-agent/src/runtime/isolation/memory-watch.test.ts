import { expect, it } from "vitest";
import { taskMeminfo } from "./gvisor.ts";
import { firstProcess } from "./memory-watch.ts";
import { quote } from "./runsc-wrapper.ts";

it("finds a container's first process", () => {
  expect(firstProcess("[9, 4, 12]")).toBe(4);
  expect(firstProcess("null")).toBeUndefined();
});

it("shows a sandbox the task's memory for the machine's", () =>
  expect(taskMeminfo("MemTotal:       24000000 kB\nMemFree: 1 kB\n", 512)).toBe(
    "MemTotal:       524288 kB\nMemFree: 1 kB\n",
  ));

it("quotes for a shell", () => expect(quote("it's $HOME")).toBe("'it'\\''s $HOME'"));
