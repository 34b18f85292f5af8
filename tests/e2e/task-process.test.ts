import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { ContainerSketch } from "./support/tasks.ts";
import { shell, useInstance } from "./support/use-instance.ts";

/** Fargate's limit of open files, or the machine's where root may not go above that. */
const mayRaise = spawnSync("prlimit", ["--nofile=65535:65535", "true"]).status === 0;
const openFiles = mayRaise ? "65535" : execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).trim();

describe.each(["runc", "gvisor"])("the process of a container under %s", (isolation) => {
  const fleetless = useInstance("--isolation", isolation);

  const output = async (family: string, container: Omit<ContainerSketch, "name">): Promise<readonly string[]> =>
    (await fleetless.tasks.finish(family, [{ name: "main", ...container }])).lines;

  test.concurrent("entryPoint, command, workingDirectory and environment are those of the definition", async () => {
    const lines = await output("command", {
      entryPoint: ["sh", "-c", 'echo "$0 $1"; busybox pwd; echo "$MESSAGE"; echo "$ECS_CONTAINER_METADATA_URI_V4"'],
      command: ["a b", "c"],
      workingDirectory: "/www",
      environment: [{ name: "MESSAGE", value: "x=$HOME 'y' \"z\"" }],
    });
    expect(lines).toEqual([
      "a b c",
      "/www",
      "x=$HOME 'y' \"z\"",
      expect.stringMatching(/^http:\/\/169\.254\.170\.2\/v4\/\S+$/),
    ]);
  });

  test.concurrent("user is a name, a number, or either with a group; a name that is not there fails the task", async () => {
    const users = { app: "1000 1000", "4321": "4321 0", "4321:8765": "4321 8765", "app:root": "1000 0" };
    const seen = await Promise.all(
      Object.keys(users).map((user, index) => output(`user-${index}`, { user, ...shell("echo $(id -u) $(id -g)") })),
    );
    expect(seen).toEqual(Object.values(users).map((line) => [line]));
    const { task } = await fleetless.tasks.finish("nobody", [{ name: "main", user: "nobody-knows" }]);
    expect(task.stopCode).toBe("TaskFailedToStart");
    expect(task.stoppedReason).toMatch(/^Cannot(Create|Start)ContainerError: .*nobody-knows/);
  });

  test.concurrent("a read-only root can be written to nowhere but on its volumes and tmpfs, which ends at its size", async () => {
    const write = "if echo x > $path/file; then echo $path writable; fi";
    const lines = await output("read-only", {
      ...shell(
        `for path in / /www /etc /scratch; do ${write}; done 2> /dev/null; df -m /scratch | tail -1; dd if=/dev/zero of=/scratch/full bs=1M count=24 2>&1 | grep -o 'No space left on device'; cp /bin/busybox /scratch/true && /scratch/true 2>&1 | grep -o 'ermission denied'`,
      ),
      readonlyRootFilesystem: true,
      linuxParameters: { tmpfs: [{ containerPath: "/scratch", size: 16, mountOptions: ["noexec"] }] },
    });
    expect(lines[0]).toBe("/scratch writable");
    expect(lines[1]?.trim().split(/\s+/)[1]).toBe("16");
    expect(lines).toContain("No space left on device");
  });

  test.concurrent("ulimits: open files as Fargate has them, or as declared", async () => {
    const show = shell("ulimit -Sn; ulimit -Hn; ulimit -Sc; ulimit -Hc");
    const [byDefault, declared] = await Promise.all([
      output("ulimit-default", shell("ulimit -Sn; ulimit -Hn")),
      output("ulimit-declared", {
        ...show,
        ulimits: [
          { name: "nofile", softLimit: 1024, hardLimit: 2048 },
          { name: "core", softLimit: 0, hardLimit: 512 },
        ],
      }),
    ]);
    expect(byDefault).toEqual([openFiles, openFiles]);
    expect(declared).toEqual(["1024", "2048", "0", "1"]);
  });

  test.concurrent("an init process is asked for, is process 1, and reaps what others leave", async () => {
    const orphan =
      "((sleep 0.2 &); sleep 0.8; tr '\\0' ' ' < /proc/1/cmdline; echo; grep -h '(sleep) Z' /proc/[0-9]*/stat | wc -l) & exec sleep 1.5";
    const [without, having] = await Promise.all([
      output("no-init", shell(orphan)),
      output("init", { ...shell(orphan), linuxParameters: { initProcessEnabled: true } }),
    ]);
    expect(without).toEqual(["sleep 1.5 ", "1"]);
    expect(having).toEqual([expect.stringMatching(/^\/dev\/init -- sh -c /), "0"]);
  });

  test.concurrent("capabilities: Docker's, SYS_PTRACE where it is asked for, without those that are dropped", async () => {
    const show = shell("grep CapBnd /proc/self/status");
    const [byDefault, changed, none] = await Promise.all([
      output("capabilities", show),
      output("capabilities-changed", {
        ...show,
        linuxParameters: { capabilities: { add: ["SYS_PTRACE"], drop: ["NET_RAW", "MKNOD"] } },
      }),
      output("capabilities-none", { ...show, linuxParameters: { capabilities: { drop: ["ALL"] } } }),
    ]);
    const mask = (lines: readonly string[]): bigint => BigInt(`0x${lines[0]?.split(/\s+/)[1] ?? ""}`);
    const docker = 0xa80425fbn;
    const [rawSockets, ptrace, mknod] = [1n << 13n, 1n << 19n, 1n << 27n];
    expect(mask(byDefault)).toBe(docker);
    expect(mask(changed)).toBe((docker | ptrace) & ~rawSockets & ~mknod);
    expect(mask(none)).toBe(0n);
  });

  test.concurrent("standard input is empty, or held open where the container is interactive", async () => {
    expect(await output("input", shell("cat; echo ended"))).toEqual(["ended"]);
    const held = { ...shell("exec 3<&0; (cat <&3; echo ended) & sleep 1; echo done"), interactive: true };
    expect(await output("held-input", held)).toEqual(["done"]);
  });

  test.concurrent("a pseudo terminal where it is asked for", async () => {
    const show = shell("test -t 1 && echo terminal || echo pipe; echo $TERM");
    const [pipe, terminal] = await Promise.all([
      output("pipe", show),
      output("terminal", { ...show, pseudoTerminal: true }),
    ]);
    expect(pipe[0]).toBe("pipe");
    expect(terminal.map((line) => line.trim())).toEqual(["terminal", "xterm"]);
  });

  test.concurrent("volumesFrom brings the mounts of another container, read-only where it says so", async () => {
    const { lines } = await fleetless.tasks.finish(
      "volumes-from",
      [
        {
          name: "main",
          ...shell("cat /data/word; echo changed > /data/word || echo read-only; cat /data/word"),
          volumesFrom: [{ sourceContainer: "source", readOnly: true }],
          dependsOn: [{ containerName: "source", condition: "COMPLETE" }],
        },
        {
          name: "source",
          essential: false,
          ...shell("echo word > /data/word"),
          mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
        },
      ],
      { volumes: [{ name: "data" }] },
    );
    expect(lines.filter((line) => !line.includes("sh:"))).toEqual(["word", "read-only", "word"]);
  });
});

describe("what Fargate does not allow is refused, and not left out", () => {
  const fleetless = useInstance("--isolation", "runc");

  test.each([
    [{ linuxParameters: { capabilities: { add: ["SYS_ADMIN"] } } }, /SYS_PTRACE/],
    [{ privileged: true }, /privileged/],
    [{ systemControls: [{ namespace: "kernel.core_pattern", value: "|/bin/sh" }] }, /kernel\.core_pattern/],
    [{ linuxParameters: { devices: [{ hostPath: "/dev/sda" }] } }, /devices/],
    [{ ulimits: [{ name: "nofile" as const, softLimit: 10, hardLimit: 5 }] }, /nofile/],
  ])("%j", async (container, message) => {
    await expect(fleetless.tasks.register("refused", [{ name: "main", ...container }])).rejects.toThrow(message);
  });
});

describe("what only the machine's own kernel has", () => {
  const fleetless = useInstance("--isolation", "runc");

  test("systemControls are set in the task's own namespaces", async () => {
    const { lines } = await fleetless.tasks.finish("controls", [
      {
        name: "main",
        ...shell("cat /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/ip_unprivileged_port_start"),
        systemControls: [
          { namespace: "net.core.somaxconn", value: "321" },
          { namespace: "net.ipv4.ip_unprivileged_port_start", value: "80" },
        ],
      },
    ]);
    expect(lines).toEqual(["321", "80"]);
  });
});
