import { describe, expect, it } from "vitest";
import { cgroupDirectory, parseHierarchy } from "./hierarchy.ts";
import { quotaMicroseconds } from "./task-cgroup.ts";

const first = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
`;

describe("parseHierarchy", () => {
  it("takes a hybrid machine for version 1", () => {
    const hierarchy = parseHierarchy(first);
    expect(hierarchy.version).toBe(1);
    expect(cgroupDirectory(hierarchy, "cpuacct", "/a/b")).toBe("/sys/fs/cgroup/cpu,cpuacct/a/b");
    expect(hierarchy.mounts).toContain("/sys/fs/cgroup/unified");
    expect(() => cgroupDirectory(hierarchy, "pids", "/a")).toThrow("pids");
  });

  it("finds every controller in one place in version 2", () => {
    const hierarchy = parseHierarchy("cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n");
    expect(hierarchy.version).toBe(2);
    for (const controller of ["cpu", "memory", "pids"] as const)
      expect(cgroupDirectory(hierarchy, controller, "/a")).toBe("/sys/fs/cgroup/a");
  });

  it("says when there is none", () =>
    expect(() => parseHierarchy("proc /proc proc rw 0 0\n")).toThrow("control groups"));
});

it("turns CPU units into microseconds of a 100 ms period", () =>
  expect([256, 1024, 16384].map(quotaMicroseconds)).toEqual([25_000, 100_000, 1_600_000]));
