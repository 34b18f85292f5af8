import { existsSync } from "node:fs";
import { createConnection } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isolations, Machine, workloadOf } from "./machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.create();
});
afterAll(() => machine.close());

/** Each prints REACHED where the escape works. */
const escapes: readonly (readonly [string, string])[] = [
  ["mounting a file system", "mkdir -p /m && mount -t tmpfs none /m 2>/dev/null && echo REACHED"],
  ["mounting proc anew", "mkdir -p /m && mount -t proc proc /m 2>/dev/null && echo REACHED"],
  [
    "remounting the kernel's parameters writable",
    "mount -o remount,rw /proc/sys 2>/dev/null && echo x >/proc/sys/kernel/core_pattern && echo REACHED",
  ],
  ["the magic system request key", "(echo h >/proc/sysrq-trigger) 2>/dev/null && echo REACHED"],
  ["a core dump program on the machine", "(echo '|/tmp/x' >/proc/sys/kernel/core_pattern) 2>/dev/null && echo REACHED"],
  [
    "the machine's disk through a device node",
    "mknod /disk b 254 0 2>/dev/null; dd if=/disk of=/dev/null bs=512 count=1 2>/dev/null && echo REACHED",
  ],
  [
    "kernel memory through a device node",
    "mknod /kmem c 1 1 2>/dev/null; dd if=/kmem of=/dev/null bs=16 count=1 2>/dev/null && echo REACHED",
  ],
  [
    "a release agent of control groups",
    "mkdir -p /m && mount -t cgroup -o memory cgroup /m 2>/dev/null && echo REACHED; for f in $(find /sys/fs/cgroup -name release_agent); do (echo /tmp/x >$f) 2>/dev/null && echo REACHED; done",
  ],
  [
    "the root of the first process",
    "[ -e /proc/1/root/work ] || [ -e /proc/1/root/usr/bin/containerd ] && echo REACHED",
  ],
  [
    "the machine's processes",
    "cat /proc/*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -q '[c]ontainerd' && echo REACHED",
  ],
  [
    "leaving by chroot",
    "mkdir -p /c && chroot /c /bin/true 2>/dev/null; [ -e /../usr/bin/containerd ] && echo REACHED",
  ],
  ["containerd's socket", "[ -S /run/containerd/containerd.sock ] && echo REACHED"],
];

describe.each(isolations)("under %s", (isolation) => {
  it.each(escapes)("%s is out of reach", async (_name, script) => {
    const { output, exitCode } = await machine.runOne({ isolation, script: `${script}; echo tried` });
    expect(output).toContain("tried");
    expect(output).not.toContain("REACHED");
    expect(exitCode).toBe(0);
  });

  it("has no new privileges, a filter or a kernel of its own, and only Docker's capabilities", async () => {
    const { output } = await machine.runOne({
      isolation,
      script: "grep -E '^(NoNewPrivs|Seccomp|CapBnd|CapEff):' /proc/self/status | tr '\\t' ' '",
    });
    const field = (name: string): string | undefined => new RegExp(`^${name}: *(\\S+)$`, "m").exec(output)?.[1];
    const docker = 0xa80425fbn;
    expect(BigInt(`0x${field("CapBnd")}`) & ~docker).toBe(0n);
    expect(BigInt(`0x${field("CapEff")}`) & ~docker).toBe(0n);
    if (isolation === "runc") {
      expect(field("NoNewPrivs")).toBe("1");
      expect(field("Seccomp")).toBe("2");
    }
  });

  it("drops every capability on demand, and a user that is not root has none", async () => {
    const linux = { initProcessEnabled: false, capabilitiesAdd: [], capabilitiesDrop: ["ALL"], tmpfs: [] };
    const script = "grep ^CapEff: /proc/self/status | tr '\\t' ' '";
    expect((await machine.runOne({ isolation, linux, script })).output).toMatch(/^CapEff: 0+\n$/);
    expect((await machine.runOne({ isolation, user: "1000", script })).output).toMatch(/^CapEff: 0+\n$/);
  });

  it("cannot reach a process of the machine by its id", async () => {
    const { output } = await machine.runOne({
      isolation,
      script: `kill -0 ${process.pid} 2>/dev/null && echo REACHED; echo tried`,
    });
    expect(output).toBe("tried\n");
    expect(existsSync(`/proc/${process.pid}`)).toBe(true);
  });
});

it("makes no namespaces under runc", async () => {
  const { output } = await machine.runOne({
    script:
      "/bin/busybox unshare -U /bin/true 2>&1 && echo REACHED; /bin/busybox unshare -m /bin/true 2>&1 && echo REACHED; echo tried",
  });
  expect(output).toContain("Operation not permitted");
  expect(output).not.toContain("REACHED");
});

it("is in the task's network namespace under both, and hears on loopback there alone", async () => {
  for (const isolation of isolations) {
    const workload = workloadOf({ isolation, containers: [{ script: "echo hello | nc -l -p 8765" }] });
    await machine.sandbox(workload);
    await machine.launch(workload);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const refused = await new Promise<boolean>((resolve) => {
      const socket = createConnection(8765, "127.0.0.1");
      socket.on("error", () => resolve(true));
      socket.on("connect", () => resolve(false));
    });
    expect(refused).toBe(true);
    const key = { workloadId: workload.id, name: "app" };
    const inside = await machine.runtime.execute(key, ["/bin/sh", "-c", "sleep 1 | nc 127.0.0.1 8765"], 5000);
    expect(inside.output).toBe("hello\n");
    await machine.remove(workload);
  }
});
