import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { parseHierarchy } from "./hierarchy.ts";
import { ownProcessesFile, ProcessMoves } from "./process-moves.ts";

const first = parseHierarchy(
  "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\ncgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0\n",
);
const second = parseHierarchy("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");

it.each([
  [first, "9:pids:/user.slice/a:b\n4:memory:/m\n0::/unified\n", "/sys/fs/cgroup/pids/user.slice/a:b/cgroup.procs"],
  [first, "4:memory:/m\n0::/unified\n", undefined],
  [second, "0::/system.slice/fleetless.service\n", "/sys/fs/cgroup/system.slice/fleetless.service/cgroup.procs"],
  [second, "", undefined],
])("finds the group that a process is in (%#)", (hierarchy, membership, expected) =>
  expect(ownProcessesFile(hierarchy, membership)).toBe(expected),
);

it("leaves the agent in its group, and the work's answer and failure as they are, writable groups or none", async () => {
  const before = readFileSync("/proc/self/cgroup", "utf8");
  const nowhere = parseHierarchy("cgroup2 /nowhere cgroup2 rw 0 0\n");
  for (const hierarchy of [parseHierarchy(readFileSync("/proc/self/mounts", "utf8")), nowhere]) {
    const moves = new ProcessMoves(hierarchy);
    const work = async (): Promise<string> => {
      await sleep(20);
      return "done";
    };
    expect(await Promise.all([moves.during(work), moves.during(work)])).toEqual(["done", "done"]);
    await expect(moves.during(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  }
  expect(readFileSync("/proc/self/cgroup", "utf8")).toBe(before);
});
