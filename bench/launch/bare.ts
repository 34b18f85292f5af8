import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The limit: what the runtime alone takes to run `true` from a bundle and clean up, in milliseconds. */
export interface BareRuntime {
  readonly runc: () => number;
  readonly runsc: () => number;
  readonly close: () => void;
}

const elapsed = (work: () => void): number => {
  const started = performance.now();
  work();
  return performance.now() - started;
};

export const prepareBareRuntime = (): BareRuntime => {
  const bundle = mkdtempSync(join(tmpdir(), "fleetless-bench-"));
  const bin = join(bundle, "rootfs", "bin");
  mkdirSync(bin, { recursive: true });
  copyFileSync("/bin/busybox", join(bin, "busybox"));
  chmodSync(join(bin, "busybox"), 0o755);
  symlinkSync("busybox", join(bin, "true"));
  execFileSync("runc", ["spec", "--bundle", bundle]);
  const specPath = join(bundle, "config.json");
  const spec = JSON.parse(execFileSync("cat", [specPath], { encoding: "utf8" }));
  spec.process.args = ["/bin/true"];
  spec.process.terminal = false;
  writeFileSync(specPath, JSON.stringify(spec));
  let count = 0;
  const name = (): string => {
    count += 1;
    return `fleetless-bench-${process.pid}-${count}`;
  };
  const run = (program: string, args: readonly string[]): number =>
    elapsed(() => {
      const { status, stderr } = spawnSync(program, [...args, "run", "--bundle", bundle, name()], { encoding: "utf8" });
      if (status !== 0) throw new Error(`${program} run failed: ${stderr}`);
    });
  const runscRoot = join(bundle, "runsc");
  return {
    runc: () => run("runc", []),
    runsc: () => run("runsc", ["--root", runscRoot, "--platform=ptrace", "--network=none"]),
    close: () => rmSync(bundle, { recursive: true, force: true }),
  };
};
