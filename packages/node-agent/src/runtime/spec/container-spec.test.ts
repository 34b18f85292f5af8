import type { ContainerSpec } from "@fleetless/kernel";
import { sampleContainer } from "@fleetless/kernel/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PreparedImage } from "../contract.ts";
import { capabilitiesOf, defaultCapabilities } from "./capabilities.ts";
import { containerSpec, type SpecRequest } from "./container-spec.ts";
import { kernelParameters, resourceLimits } from "./limits.ts";
import { processArguments, processEnvironment } from "./process.ts";
import { seccompProfile } from "./seccomp.ts";

const image: PreparedImage = {
  reference: "docker.io/library/x:latest",
  digest: "sha256:0",
  imageId: "sha256:1",
  entryPoint: ["/entry"],
  command: ["default"],
  environment: [],
  workingDirectory: "",
  user: "",
  stopSignal: "SIGTERM",
  labels: {},
};

const container = sampleContainer("app");

const request = (changes: Partial<ContainerSpec> = {}, user = { uid: 0, gid: 0 }): SpecRequest => ({
  container: { ...container, ...changes },
  image,
  injectedEnvironment: {},
  user: { ...user, additionalGids: [], home: "/" },
  hostname: "h",
  networkNamespacePath: "/run/netns/x",
  cgroupPath: "/a/b/c",
  mounts: { resolvConf: "/r", hosts: "/h", hostname: "/n", binds: [] },
  rootPath: "rootfs",
  isolation: "runc",
  annotations: {},
  compatibility: false,
  ceiling: new Map(),
});

describe("processArguments", () => {
  const declared = { entryPoint: ["/e"], command: ["c"] };
  it.each([
    [{}, ["/e", "c"]],
    [{ command: ["d"] }, ["/e", "d"]],
    [{ entryPoint: ["/f"] }, ["/f"]],
    [{ entryPoint: ["/f"], command: ["d"] }, ["/f", "d"]],
    [{ entryPoint: [], command: [] }, ["/e", "c"]],
  ])("of %j", (overridden, expected) => expect(processArguments(overridden, declared)).toEqual(expected));
});

describe("processEnvironment", () => {
  const name = fc.stringMatching(/^[A-Z_]{1,6}$/);
  it("gives the task the last word, and every name once", () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.string()),
        fc.dictionary(name, fc.string()),
        fc.dictionary(name, fc.string()),
        (own, injected, task) => {
          const lines = processEnvironment({
            image: Object.entries(own).map(([key, value]) => `${key}=${value}`),
            injected,
            task: Object.entries(task).map(([key, value]) => ({ name: key, value })),
            hostname: "h",
            home: "/",
            pseudoTerminal: false,
          });
          const names = lines.map((line) => line.slice(0, line.indexOf("=")));
          expect(new Set(names).size).toBe(names.length);
          for (const [key, value] of Object.entries({ ...own, ...injected, ...task }))
            expect(lines).toContain(`${key}=${value}`);
        },
      ),
    );
  });
});

describe("capabilitiesOf", () => {
  it("never gives more than Docker's set and SYS_PTRACE, whatever is dropped", () => {
    const names = fc.constantFrom(...defaultCapabilities, "ALL", "SYS_ADMIN", "SYS_PTRACE");
    fc.assert(
      fc.property(fc.subarray(["SYS_PTRACE", "CAP_SYS_PTRACE"]), fc.array(names), (add, drop) => {
        const held = capabilitiesOf(add, drop);
        const allowed = new Set([...defaultCapabilities, "SYS_PTRACE"].map((capability) => `CAP_${capability}`));
        for (const capability of held) expect(allowed).toContain(capability);
        for (const dropped of drop) expect(held).not.toContain(`CAP_${dropped}`);
        if (drop.includes("ALL") && add.length === 0) expect(held).toEqual([]);
      }),
    );
  });
  it("refuses to add anything else", () => expect(() => capabilitiesOf(["NET_ADMIN"], [])).toThrow("NET_ADMIN"));
});

describe("resourceLimits", () => {
  it("bends the default to the machine, but not what is declared", () => {
    expect(resourceLimits([], new Map())).toEqual([{ type: "RLIMIT_NOFILE", soft: 65535, hard: 65535 }]);
    expect(resourceLimits([], new Map([["nofile", 20000]]))).toEqual([
      { type: "RLIMIT_NOFILE", soft: 20000, hard: 20000 },
    ]);
    const above = [{ name: "nofile", softLimit: 1, hardLimit: 30000 }];
    expect(() => resourceLimits(above, new Map([["nofile", 20000]]))).toThrow("20000");
    expect(() => resourceLimits([{ name: "bogus", softLimit: 1, hardLimit: 1 }], new Map())).toThrow("bogus");
  });
});

describe("kernelParameters", () => {
  it.each(["kernel.core_pattern", "vm.swappiness", "net", "net.ipv4/../x", "fs.file-max"])("refuses %s", (namespace) =>
    expect(() => kernelParameters([{ namespace, value: "1" }])).toThrow(namespace),
  );
  it("takes those of the task's own namespaces", () =>
    expect(
      kernelParameters([
        { namespace: "net.core.somaxconn", value: "9" },
        { namespace: "kernel.sem", value: "1" },
      ]),
    ).toEqual({
      "net.core.somaxconn": "9",
      "kernel.sem": "1",
    }));
});

describe("seccompProfile", () => {
  it("denies by default, and never allows what leads out", () => {
    for (const architecture of ["x64", "arm64"]) {
      const profile = seccompProfile(true, architecture);
      expect(profile.defaultAction).toBe("SCMP_ACT_ERRNO");
      const free = profile.syscalls
        .filter((rule) => rule.action === "SCMP_ACT_ALLOW" && rule.args === undefined)
        .flatMap((rule) => rule.names);
      const forbidden =
        "mount umount2 pivot_root setns unshare clone clone3 bpf kexec_load init_module finit_module open_by_handle_at perf_event_open keyctl add_key userfaultfd reboot swapon iopl ioperm io_uring_setup quotactl acct settimeofday process_madvise move_mount fsopen fsmount open_tree".split(
          " ",
        );
      for (const name of forbidden) expect(free).not.toContain(name);
      expect(new Set(free).size).toBe(free.length);
    }
    expect(() => seccompProfile(false, "mips")).toThrow("mips");
  });

  it("has what 32-bit programs alone call, and their architecture, only for images with such programs", () => {
    const [narrow, wide] = [false, true].map((compatibility) => seccompProfile(compatibility, "x64"));
    const namesOf = (profile: typeof narrow): readonly string[] =>
      profile?.syscalls.flatMap((rule) => rule.names) ?? [];
    expect(narrow?.architectures).toEqual(["SCMP_ARCH_X86_64"]);
    expect(wide?.architectures).toEqual(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]);
    for (const name of ["socketcall", "mmap2", "stat64", "clock_gettime64", "sigreturn"]) {
      expect(namesOf(narrow)).not.toContain(name);
      expect(namesOf(wide)).toContain(name);
    }
    for (const name of ["read", "mmap", "futex", "recvfrom", "newfstatat"]) expect(namesOf(narrow)).toContain(name);
  });
});

describe("containerSpec", () => {
  it("has no new privileges, namespaces of its own and no devices, whatever is declared", () => {
    const spec = containerSpec(request());
    expect(spec.process.noNewPrivileges).toBe(true);
    expect(spec.linux.namespaces.map(({ type }) => type).toSorted()).toEqual([
      "cgroup",
      "ipc",
      "mount",
      "network",
      "pid",
      "uts",
    ]);
    expect(spec.linux.resources.devices).toEqual([{ allow: false, access: "rwm" }]);
    expect(spec.process.args).toEqual(["/entry", "default"]);
    expect(spec.linux.maskedPaths).toContain("/proc/kcore");
  });
  it("gives a user that is not root no capabilities to hold", () => {
    const { capabilities } = containerSpec(request({}, { uid: 5, gid: 5 })).process;
    expect(capabilities.effective).toEqual([]);
    expect(capabilities.bounding).not.toEqual([]);
  });
  it("mounts parents before children, and refuses paths that climb", () => {
    const tmpfs = ["/a/b/c", "/a", "/a/b"].map((containerPath) => ({
      containerPath,
      sizeMiB: 1,
      mountOptions: ["dev", "suid"],
    }));
    const linux = { ...container.linux, tmpfs };
    const mounts = containerSpec(request({ linux })).mounts.filter(({ destination }) => destination.startsWith("/a"));
    expect(mounts.map(({ destination }) => destination)).toEqual(["/a", "/a/b", "/a/b/c"]);
    for (const { options } of mounts) expect(options).toEqual(expect.arrayContaining(["nodev", "nosuid"]));
    const climbing = { ...container.linux, tmpfs: [{ containerPath: "/a/../b", sizeMiB: 1, mountOptions: [] }] };
    expect(() => containerSpec(request({ linux: climbing }))).toThrow("..");
  });
});
