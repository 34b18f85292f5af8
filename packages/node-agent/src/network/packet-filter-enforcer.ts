import {
  buildRuleset,
  type FilterPlan,
  type IpFamily,
  planChanges,
  readFlowSetName,
  renderChanges,
  renderRemoval,
  renderRenewal,
  renderReplacement,
  rulesetOf,
} from "@fleetless/engine";
import { messageOf } from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import { namespacePath, vpcTable } from "./names.ts";
import { listTableParts } from "./packet-filter-parts.ts";
import { isTableInForce } from "./packet-filter-table.ts";
import { CommandReserve } from "./waiting-command.ts";

export interface PacketFilterEnforcerOptions {
  readonly namespace: string;
  readonly quiet: Quiet;
  /** The change was refused for this reason; the whole table is written instead. */
  readonly onRefused: (reason: string) => void;
  /** What was counted of flows could not be kept. */
  readonly onCountsLost?: (() => void) | undefined;
}

const families = ["ipv4", "ipv6"] as const;
/** Of each family; there is none of IPv6 where the VPC has no block of it. */
type Plans = Readonly<Partial<Record<IpFamily, FilterPlan>>>;

const plansOf = (plan: FilterPlan): Plans => ({
  ipv4: plan,
  ...(plan.vpc.ipv6Cidrs.length === 0 ? {} : { ipv6: { ...plan, options: { ...plan.options, family: "ipv6" } } }),
});

const replacement = (plan: FilterPlan | undefined, family: IpFamily): string =>
  plan === undefined ? "" : renderReplacement(vpcTable, buildRuleset(rulesetOf(plan)), family);

const transition = (previous: FilterPlan | undefined, next: FilterPlan | undefined, family: IpFamily): string => {
  if (previous === undefined) return replacement(next, family);
  if (next === undefined) return renderRemoval(vpcTable, family);
  return renderChanges(vpcTable, planChanges(previous, next), family);
};

/** Keeps the packet filter of a VPC's namespace as it is wanted, each change as one transaction. */
export class PacketFilterEnforcer {
  readonly #options: PacketFilterEnforcerOptions;
  readonly #nft: CommandReserve;
  /** Unknown at first, and where somebody else changed it. */
  #enforced: Plans | undefined;
  #written = false;

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

  async enforce(plan: FilterPlan): Promise<void> {
    const next = plansOf(plan);
    const previous = this.#enforced;
    if (previous === undefined || !(await this.#change(previous, next))) {
      this.#enforced = undefined;
      await this.#replace(next);
      this.#written = true;
    }
    this.#enforced = next;
  }

  /** Answers whether the kernel's is another than the one enforced; the next `enforce` then writes all of it anew. */
  async hasDrifted(): Promise<boolean> {
    if (this.#enforced === undefined) return false;
    for (const family of families) {
      const script = replacement(this.#enforced[family], family);
      if (script === "" || (await isTableInForce(vpcTable, script, this.#options.namespace, family))) continue;
      this.#enforced = undefined;
      return true;
    }
    return false;
  }

  close(): Promise<void> {
    return this.#nft.close();
  }

  /** All of it, but for what flows are counted in where something was counted. */
  async #replace(next: Plans): Promise<void> {
    const scripts = await Promise.all(families.map((family) => this.#renewal(next[family], family)));
    const whole = families.map((family) => replacement(next[family], family));
    if (scripts.every((script) => script === undefined)) {
      if (this.#written) this.#options.onCountsLost?.();
      return this.#nft.run(whole.join(""));
    }
    try {
      await this.#nft.run(scripts.map((script, index) => script ?? whole[index]).join(""));
    } catch (thrown) {
      this.#options.onRefused(messageOf(thrown));
      this.#options.onCountsLost?.();
      await this.#nft.run(whole.join(""));
    }
  }

  /** Undefined where nothing is to be kept. */
  async #renewal(plan: FilterPlan | undefined, family: IpFamily): Promise<string | undefined> {
    const counting = plan?.options.flowCounting;
    if (plan === undefined || counting === undefined) return undefined;
    const kept = new Set([counting.generation, ...counting.retained]);
    const parts = await listTableParts(this.#options.namespace, family);
    const sets = parts?.sets.filter((set) => !kept.has(readFlowSetName(set)?.generation ?? -1)) ?? [];
    if (parts === undefined || sets.length === parts.sets.length) return undefined;
    return renderRenewal(vpcTable, { ...parts, sets }, buildRuleset(rulesetOf(plan)), family);
  }

  async #change(previous: Plans, next: Plans): Promise<boolean> {
    const script = families.map((family) => transition(previous[family], next[family], family)).join("");
    if (script === "") return true;
    try {
      await this.#nft.run(script);
      return true;
    } catch (thrown) {
      this.#options.onRefused(messageOf(thrown));
      return false;
    }
  }
}
