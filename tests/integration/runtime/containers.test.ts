import { release } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isolations, Machine, workloadOf } from "./machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.create({
    Cmd: ["/bin/sh", "-c", "echo the image speaks"],
    Env: ["FROM_IMAGE=1", "BOTH=image"],
  });
});
afterAll(() => machine.close());

describe.each(isolations)("a container under %s", (isolation) => {
  it("reports its exit code and its output, both streams in order", async () => {
    const ended = await machine.runOne({ isolation, script: "echo one; echo two >&2; echo three; exit 7" });
    expect(ended).toMatchObject({ exitCode: 7, outOfMemory: false, attempt: 0, output: "one\ntwo\nthree\n" });
    expect(Math.abs(Date.now() - ended.at)).toBeLessThan(30_000);
  });

  it("waits for whoever reads its output instead of failing", async () => {
    const script = "dd if=/dev/zero bs=64k count=800 2>/dev/null || echo failed; echo over >&2";
    const ended = await machine.runOne({ isolation, script });
    expect([ended.exitCode, ended.output.length, ended.output.slice(-5)]).toEqual([0, 800 * 65_536 + 5, "over\n"]);
  });

  it("runs the image's command, and drops it where the entry point is overridden", async () => {
    expect((await machine.runOne({ isolation })).output).toBe("the image speaks\n");
    expect((await machine.runOne({ isolation, entryPoint: ["/bin/echo", "only", "this"] })).output).toBe("only this\n");
  });

  it("has the image's, the injected and the declared environment, in this order", async () => {
    const { output } = await machine.runOne({
      isolation,
      script: "echo $FROM_IMAGE $BOTH $INJECTED $HOSTNAME $HOME",
      environment: [{ name: "BOTH", value: "task" }],
    });
    expect(output).toBe("1 task yes ip-10-0-0-4 /root\n");
  });

  it("has the declared user with its groups, and the working directory", async () => {
    const { output } = await machine.runOne({
      isolation,
      user: "app",
      workingDirectory: "/tmp",
      script: "id -u; id -g; id -G; pwd; echo $HOME",
    });
    expect(output).toBe("1000\n1001\n1001 1002\n/tmp\n/home/app\n");
  });

  it("sees the task's resolver, hosts and name", async () => {
    const { output } = await machine.runOne({
      isolation,
      script: "cat /etc/resolv.conf /etc/hosts /etc/hostname; hostname",
    });
    expect(output).toBe("nameserver 10.0.0.2\n127.0.0.1 localhost\n10.0.0.4 ip-10-0-0-4\nip-10-0-0-4\nip-10-0-0-4\n");
  });

  it("cannot write to a read-only root, but to its tmpfs", async () => {
    const { output } = await machine.runOne({
      isolation,
      readonlyRootFilesystem: true,
      linux: {
        initProcessEnabled: false,
        capabilitiesAdd: [],
        capabilitiesDrop: [],
        tmpfs: [{ containerPath: "/scratch", sizeMiB: 8, mountOptions: ["mode=1777"] }],
      },
      script:
        "echo x 2>/dev/null >/root-file || echo refused; echo x >/scratch/file && echo written; dd if=/dev/zero of=/scratch/big bs=1M count=16 2>/dev/null || echo full",
    });
    expect(output).toBe("refused\nwritten\nfull\n");
  });

  it("has /tmp on its own root: read-only with it, and as large as the ephemeral storage", async () => {
    const linux = { initProcessEnabled: false, capabilitiesAdd: [], capabilitiesDrop: [] };
    const tmpfs = [{ containerPath: "/tmp/scratch", sizeMiB: 8, mountOptions: [] }];
    const script =
      "echo x 2>/dev/null >/tmp/file || echo refused; echo x >/tmp/scratch/file && echo written; stat -c '%a %u' /tmp";
    const readonly = await machine.runOne({
      isolation,
      readonlyRootFilesystem: true,
      linux: { ...linux, tmpfs },
      script,
    });
    expect(readonly.output).toBe("refused\nwritten\n1777 0\n");
    const writable = await machine.runOne({
      isolation,
      user: "app",
      storageGiB: 1,
      script: "echo x >/tmp/file && cat /tmp/file; df -m /tmp | tail -1 | grep -oE '[0-9]+' | head -1",
    });
    const [written, size] = writable.output.split("\n");
    expect(written).toBe("x");
    expect(Number(size)).toBeGreaterThan(800);
    expect(Number(size)).toBeLessThanOrEqual(1024);
    const own = { ...linux, tmpfs: [{ containerPath: "/tmp/", sizeMiB: 8, mountOptions: [] }] };
    const declared = await machine.runOne({
      isolation,
      readonlyRootFilesystem: true,
      linux: own,
      script: "echo x >/tmp/file && echo written",
    });
    expect(declared.output).toBe("written\n");
  });

  it("has its standard input held open where it is interactive, over a restart of the agent too, else none", async () => {
    const script =
      "exec 3<&0; (cat <&3; echo ended) & sleep 1; echo waited; while [ ! -e /go ]; do sleep 0.1; done; sleep 0.5; echo done";
    const restartPolicy = { ignoredExitCodes: [], restartAttemptPeriodSeconds: 60 };
    const workload = workloadOf({
      isolation,
      containers: [
        { interactive: true, script },
        { name: "grouped", interactive: true, restartPolicy, script: "cat; echo ended" },
      ],
    });
    await machine.sandbox(workload);
    await machine.launch(workload);
    await machine.launch(workload, "grouped");
    await machine.reopen();
    await machine.runtime.find();
    const exit = machine.exitOf(workload);
    const key = { workloadId: workload.id, name: "app" };
    await machine.runtime.execute(key, ["/bin/touch", "/go"], 5000);
    expect(await exit).toMatchObject({ exitCode: 0 });
    expect(await machine.output(workload)).toBe("waited\ndone\n");
    expect(await machine.output(workload, "grouped")).toBe("");
    await machine.remove(workload);
    const sole = "exec 3<&0; (cat <&3; echo ended) & sleep 1; echo done";
    expect((await machine.runOne({ isolation, interactive: true, script: sole })).output).toBe("done\n");
    expect((await machine.runOne({ isolation, script: "cat; echo ended" })).output).toBe("ended\n");
  });

  it("has the declared ulimits", async () => {
    const ulimits = [{ name: "nofile", softLimit: 100, hardLimit: 200 }];
    expect((await machine.runOne({ isolation, ulimits, script: "ulimit -Sn; ulimit -Hn" })).output).toBe("100\n200\n");
  });

  it("shares volumes with the other containers, takes over theirs, and finds an image's content in its volume", async () => {
    await machine.importFiles(
      [
        { path: "bin" },
        { path: "bin/sh", mode: 0o755, sourcePath: "/usr/bin/busybox" },
        { path: "bin/cat", linkTo: "sh" },
        { path: "bin/stat", linkTo: "sh" },
        { path: "data", mode: 0o750, uid: 1000, gid: 1001 },
        { path: "data/seed", content: "from the image\n" },
      ],
      "with-volume",
      { Volumes: { "/data": {} } },
    );
    const mountPoints = [{ sourceVolume: "shared", containerPath: "/data", readOnly: false }];
    const outcomes = await machine.run({
      isolation,
      volumes: ["shared"],
      containers: [
        {
          name: "first",
          image: "with-volume",
          mountPoints,
          script: "cat /data/seed; stat -c '%a %u %g' /data; echo more >/data/more",
        },
        {
          name: "second",
          mountPoints: [{ sourceVolume: "shared", containerPath: "/elsewhere", readOnly: true }],
          script: "cat /elsewhere/more; echo x 2>/dev/null >/elsewhere/x || echo refused",
        },
        {
          name: "third",
          volumesFrom: [{ sourceContainer: "first", readOnly: false }],
          script: "cat /data/seed /data/more",
        },
      ],
    });
    expect(outcomes.map((outcome) => outcome.output)).toEqual([
      "from the image\n750 1000 1001\n",
      "more\nrefused\n",
      "from the image\nmore\n",
    ]);
  });

  it("keeps its files over a restart, and another attempt is told apart", async () => {
    const restartPolicy = { ignoredExitCodes: [], restartAttemptPeriodSeconds: 60 };
    const workload = workloadOf({
      isolation,
      containers: [{ restartPolicy, script: "cat /count 2>/dev/null; echo again >>/count; exit 3" }],
    });
    await machine.sandbox(workload);
    for (const attempt of [0, 1]) {
      const exit = machine.exitOf(workload);
      await machine.launch(workload, "app", attempt);
      expect(await exit).toMatchObject({ attempt, exitCode: 3 });
      await machine.runtime.deleteContainer({ workloadId: workload.id, name: "app" });
    }
    expect(await machine.output(workload)).toBe("again\n");
    await machine.remove(workload);
  });

  it("gets signals, and runs commands inside that are killed when they take too long", async () => {
    const workload = workloadOf({
      isolation,
      containers: [{ script: "trap 'echo asked to stop; exit 5' TERM; while :; do sleep 0.1; done" }],
    });
    const key = { workloadId: workload.id, name: "app" };
    await machine.sandbox(workload);
    const exit = machine.exitOf(workload);
    await machine.launch(workload);
    expect(await machine.runtime.execute(key, ["/bin/sh", "-c", "echo healthy; exit 4"], 5000)).toEqual({
      exitCode: 4,
      output: "healthy\n",
    });
    const large = await machine.runtime.execute(key, ["/bin/sh", "-c", "yes | head -c 300000"], 10_000);
    expect(large).toEqual({ exitCode: 0, output: "y\n".repeat(2048) });
    const late = await machine.runtime.execute(key, ["/bin/sh", "-c", "echo began; exec sleep 77"], 500);
    expect(late).toEqual({ exitCode: undefined, output: "began\n" });
    const { output } = await machine.runtime.execute(key, ["/bin/ps"], 5000);
    expect(output).not.toContain("sleep 77");
    const [usage] = await machine.runtime.usage(workload.id);
    expect(usage).toMatchObject({ name: "app", memoryLimitBytes: 512 * 1024 * 1024 });
    expect(usage?.cpuNanoseconds).toBeGreaterThan(0);
    expect(usage?.memoryBytes).toBeGreaterThan(0);
    expect(usage?.pids).toBeGreaterThan(0);
    await machine.runtime.signalContainer(key, "SIGTERM");
    expect(await exit).toMatchObject({ exitCode: 5 });
    expect(await machine.output(workload)).toBe("asked to stop\n");
    await machine.remove(workload);
  });

  it("has an init and a terminal where it asks for them", async () => {
    const linux = { initProcessEnabled: true, capabilitiesAdd: [], capabilitiesDrop: [], tmpfs: [] };
    const withInit = await machine.runOne({ isolation, linux, script: "cat /proc/1/cmdline | tr '\\0' ' '; exit 9" });
    expect(withInit.output).toMatch(/^\/dev\/init -- /);
    expect(withInit.exitCode).toBe(9);
    const withTerminal = await machine.runOne({
      isolation,
      pseudoTerminal: true,
      script: "test -t 1 && echo a terminal",
    });
    expect(withTerminal.output).toBe("a terminal\r\n");
  });

  it("says what is wrong with a command that does not exist", async () => {
    const workload = workloadOf({ isolation, containers: [{ command: ["/no/such/program"] }] });
    await machine.sandbox(workload);
    await expect(machine.launch(workload)).rejects.toMatchObject({
      name: "CannotStartContainerError",
      message: expect.stringContaining("/no/such/program"),
    });
    await machine.remove(workload);
  });
});

it("runs on a kernel of its own under gVisor, and on the machine's under runc", async () => {
  expect((await machine.runOne({ isolation: "runc", script: "uname -r" })).output.trim()).toBe(release());
  const own = await machine.runOne({ isolation: "gvisor", memoryMiB: 768, script: "uname -r; head -1 /proc/meminfo" });
  expect(own.output).not.toContain(release());
  expect(own.output).toMatch(new RegExp(`MemTotal: +${768 * 1024} kB`));
});
