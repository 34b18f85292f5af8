import type { RecordSetSpec } from "@fleetless/kernel";

/** What the choice among record sets depends on. */
export interface RoutingWorld {
  readonly isHealthy: (set: RecordSetSpec) => boolean;
  /** At least 0, less than 1. */
  readonly random: () => number;
}

/** Of a multivalue answer. */
const mostRecords = 8;

/** So many of the items, all where not given, in an order of chance. */
export const shuffled = <Item>(items: readonly Item[], random: () => number, count = items.length): readonly Item[] => {
  if (items.length < 2) return items;
  const result = [...items];
  const end = Math.min(count, items.length);
  for (let index = 0; index < end; index += 1) {
    const other = index + Math.floor(random() * (result.length - index));
    const [here, there] = [result[index], result[other]];
    if (here === undefined || there === undefined) continue;
    result[index] = there;
    result[other] = here;
  }
  return result.slice(0, end);
};

const weightOf = ({ routing }: RecordSetSpec): number => (routing.kind === "weighted" ? routing.weight : 0);

const chooseByWeight = (sets: readonly RecordSetSpec[], random: () => number): RecordSetSpec | undefined => {
  const total = sets.reduce((sum, set) => sum + weightOf(set), 0);
  if (total === 0) return sets[Math.floor(random() * sets.length)];
  let left = random() * total;
  for (const set of sets) {
    left -= weightOf(set);
    if (left < 0) return set;
  }
  return sets.findLast((set) => weightOf(set) > 0);
};

/** With no healthy one, all of them count as healthy. */
const eligible = (sets: readonly RecordSetSpec[], world: RoutingWorld): readonly RecordSetSpec[] => {
  const healthy = sets.filter(world.isHealthy);
  return healthy.length > 0 ? healthy : sets;
};

/**
 * The record sets of one name and type that answer a query.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export const chooseRecordSets = (sets: readonly RecordSetSpec[], world: RoutingWorld): readonly RecordSetSpec[] => {
  const kind = sets[0]?.routing.kind;
  if (kind === undefined || kind === "simple") return sets.slice(0, 1);
  if (kind === "multivalue") return shuffled(eligible(sets, world), world.random, mostRecords);
  if (kind === "weighted") {
    const chosen = chooseByWeight(eligible(sets, world), world.random);
    return chosen === undefined ? [] : [chosen];
  }
  const primary = sets.find(({ routing }) => routing.kind === "failover" && routing.role === "PRIMARY");
  const secondary = sets.find(({ routing }) => routing.kind === "failover" && routing.role === "SECONDARY");
  const chosen = [primary, secondary].find((set) => set !== undefined && world.isHealthy(set)) ?? primary ?? secondary;
  return chosen === undefined ? [] : [chosen];
};
