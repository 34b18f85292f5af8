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

const isCounting = (plan: FilterPlan | undefined): boolean =>
  plan?.options.flowCounting !== undefined && plan.vpc.flowLogs.length > 0;

/** Keeps the packet filter of a VPC's namespace as it is wanted, each change as one transaction. */
export class PacketFilterEnforcer {
  readonly #options: PacketFilterEnforcerOptions;
  readonly #nft: CommandReserve;
  /** Unknown at first, and where somebody else changed it. */
  #enforced: Plans | undefined;
  /** The families whose table was written to count flows. */
  #counting: ReadonlySet<IpFamily> = new Set();

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
    }
    this.#enforced = next;
    this.#counting = new Set(families.filter((family) => isCounting(next[family])));
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
    const renewals = await Promise.all(families.map((family) => this.#renewal(next[family], family)));
    if (renewals.some(({ losesCounts }) => losesCounts)) this.#options.onCountsLost?.();
    try {
      await this.#nft.run(renewals.map(({ script }) => script).join(""));
    } catch (thrown) {
      this.#options.onRefused(messageOf(thrown));
      this.#options.onCountsLost?.();
      await this.#nft.run(families.map((family) => replacement(next[family], family)).join(""));
    }
  }

  async #renewal(
    plan: FilterPlan | undefined,
    family: IpFamily,
  ): Promise<{ readonly script: string; readonly losesCounts: boolean }> {
    const parts = await listTableParts(this.#options.namespace, family);
    if (plan === undefined) {
      return { script: parts === undefined ? "" : renderRemoval(vpcTable, family), losesCounts: false };
    }
    const wanted = rulesetOf(plan).sets;
    const counts = new Set(parts?.sets.filter((set) => readFlowSetName(set) !== undefined && wanted.has(set)));
    const losesCounts = this.#counting.has(family) && isCounting(plan) && counts.size === 0;
    const script =
      parts === undefined
        ? replacement(plan, family)
        : renderRenewal(
            vpcTable,
            { ...parts, sets: parts.sets.filter((set) => !counts.has(set)) },
            buildRuleset(rulesetOf(plan)),
            family,
          );
    return { script, losesCounts };
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
