import type { VpcSpec, WorkloadId } from "@fleetless/kernel";
import { nameserversOf, searchDomainsOf } from "./interface-configuration.ts";
import type { InterfaceRecord } from "./interface-records.ts";
import { namespacePath } from "./names.ts";
import { NamespaceDialer } from "./namespace-dialer.ts";

/** What opens connections from tasks' interfaces, one for each task that needed any. */
export class TaskDialers {
  readonly #limitMilliseconds: number | undefined;
  readonly #dialers = new Map<WorkloadId, NamespaceDialer>();

  constructor(limitMilliseconds: number | undefined) {
    this.#limitMilliseconds = limitMilliseconds;
  }

  /** Undefined where the task's VPC is not on this machine. */
  of(
    { workloadId, networkInterface, namespace }: InterfaceRecord,
    vpc: VpcSpec | undefined,
  ): NamespaceDialer | undefined {
    const known = this.#dialers.get(workloadId);
    if (known !== undefined || vpc === undefined) return known;
    const made = new NamespaceDialer({
      networkNamespacePath: namespacePath(namespace),
      nameservers: nameserversOf(vpc, networkInterface),
      searchDomains: searchDomainsOf(vpc),
      ipv6Only: networkInterface.privateAddress === undefined,
      limitMilliseconds: this.#limitMilliseconds,
    });
    this.#dialers.set(workloadId, made);
    return made;
  }

  close(workloadId: WorkloadId): void {
    this.#dialers.get(workloadId)?.close();
    this.#dialers.delete(workloadId);
  }

  closeAll(): void {
    for (const id of [...this.#dialers.keys()]) this.close(id);
  }
}
