import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CgroupHierarchy } from "../cgroups/hierarchy.ts";
import { oomKills } from "../cgroups/task-cgroup.ts";
import { sessionExecPrefix } from "../container-ids.ts";
import { encodeRuncOptions } from "../containerd/client.ts";
import type { OciSpec } from "../spec/oci.ts";
import type { SandboxRecord } from "../storage/sandbox-records.ts";
import { vaultBundle } from "../storage/secret-vault.ts";
import type { IsolationDriver, RuntimePlan } from "./driver.ts";
import { quote } from "./runsc-wrapper.ts";
import { killSessionMembers } from "./session-members.ts";

const wrapper = `#!/bin/sh
case "$*" in
  *"/${sessionExecPrefix}"*) GOGC=off exec runc "$@" ;;
  *) GOGC=off exec runc "$@" 2>&1 ;;
esac
`;

export interface RuncOptions {
  readonly hierarchy: CgroupHierarchy;
  readonly stateDirectory: string;
  /** Where the specifications of containers with secrets are. */
  readonly vault: string;
}

/** Namespaces, seccomp, dropped capabilities and control groups of the machine's own kernel. */
export class RuncIsolation implements IsolationDriver {
  readonly name = "runc";
  readonly #options: RuncOptions;

  constructor(options: RuncOptions) {
    this.#options = options;
    writeFileSync(this.#wrapper, wrapper, { mode: 0o755 });
    const vaulted = `#!/bin/sh\n${vaultBundle(quote(options.vault))}exec ${quote(this.#wrapper)} "$@"\n`;
    writeFileSync(this.#vaultWrapper, vaulted, { mode: 0o755 });
  }

  /**
   * Gives a container one pipe for both of its streams, which keeps what it writes to them in order; commands of
   * sessions keep them apart. runc itself ends before collecting garbage would be worth it.
   */
  get #wrapper(): string {
    return join(this.#options.stateDirectory, "runc-one-stream");
  }

  get #vaultWrapper(): string {
    return join(this.#options.stateDirectory, "runc-with-secrets");
  }

  async openSandbox(): Promise<void> {
    // The network namespace and the control group are all there is to a sandbox.
  }

  plan(record: SandboxRecord, _containerId: string, spec: OciSpec): RuntimePlan {
    const program = record.secrets === true ? this.#vaultWrapper : this.#wrapper;
    const options = encodeRuncOptions({ binary_name: program, root: join(this.#options.stateDirectory, "runc") });
    return { options, spec };
  }

  started(): void {
    // The kernel enforces every limit by itself.
  }

  ended(): void {
    // See started.
  }

  outOfMemory(record: SandboxRecord, containerId: string): boolean {
    return oomKills(this.#options.hierarchy, this.usageCgroup(record, containerId)) > 0;
  }

  sandboxEnd(): undefined {
    // The machine's own kernel is the sandbox.
  }

  usageCgroup(record: SandboxRecord, containerId: string): string {
    return `${record.cgroupPath}/${containerId}`;
  }

  async cpuInside(): Promise<undefined> {
    // Every container has a control group of its own.
  }

  async killCommand(): Promise<void> {
    // containerd's SIGKILL reaches the command itself.
  }

  async killSession(record: SandboxRecord, containerId: string, _execId: string, pid: number): Promise<void> {
    await killSessionMembers(this.#options.hierarchy, this.usageCgroup(record, containerId), pid);
  }

  async closeSandbox(): Promise<void> {
    // See openSandbox.
  }
}
