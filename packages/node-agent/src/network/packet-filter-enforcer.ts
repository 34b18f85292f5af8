import {
  buildRuleset,
  type FilterPlan,
  planChanges,
  renderChanges,
  renderReplacement,
  rulesetOf,
} from "@fleetless/engine";
import { messageOf } from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import { namespacePath, vpcTable } from "./names.ts";
import { isTableInForce } from "./packet-filter-table.ts";
import { CommandReserve } from "./waiting-command.ts";

export interface PacketFilterEnforcerOptions {
  readonly namespace: string;
  readonly quiet: Quiet;
  /** The change was refused for this reason; the whole table is written instead. */
  readonly onRefused: (reason: string) => void;
}

/** Keeps the packet filter of a VPC's namespace as it is wanted, each change as one transaction. */
export class PacketFilterEnforcer {
  readonly #options: PacketFilterEnforcerOptions;
  readonly #nft: CommandReserve;
  /** Unknown at first, and where somebody else changed it. */
  #enforced: FilterPlan | undefined;

  constructor(options: PacketFilterEnforcerOptions) {
    this.#options = options;
    this.#nft = new CommandReserve(
      "nsenter",
      [`--net=${namespacePath(options.namespace)}`, "nft", "-f", "-"],
      options.quiet,
    );
  }

  /** Starts what the next change would otherwise wait for. */
  prepare(): void {
    this.#nft.prepare();
  }

  async enforce(next: FilterPlan): Promise<void> {
    const previous = this.#enforced;
    if (previous === undefined || !(await this.#change(previous, next))) {
      this.#enforced = undefined;
      await this.#nft.run(renderReplacement(vpcTable, buildRuleset(rulesetOf(next))));
    }
    this.#enforced = next;
  }

  /** Answers whether the kernel's is another than the one enforced; the next `enforce` then writes all of it anew. */
  async hasDrifted(): Promise<boolean> {
    if (this.#enforced === undefined) return false;
    const script = renderReplacement(vpcTable, buildRuleset(rulesetOf(this.#enforced)));
    if (await isTableInForce(vpcTable, script, this.#options.namespace)) return false;
    this.#enforced = undefined;
    return true;
  }

  close(): Promise<void> {
    return this.#nft.close();
  }

  async #change(previous: FilterPlan, next: FilterPlan): Promise<boolean> {
    const changes = planChanges(previous, next);
    if (changes.length === 0) return true;
    try {
      await this.#nft.run(renderChanges(vpcTable, changes));
      return true;
    } catch (thrown) {
      this.#options.onRefused(messageOf(thrown));
      return false;
    }
  }
}
