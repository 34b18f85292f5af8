export interface CapacityProviderStrategyItem {
  readonly capacityProvider: string;
  /** How many workloads at the least go to this provider before any weight counts; one item at most has one. */
  readonly base: number;
  readonly weight: number;
}

/**
 * How many of `count` workloads each provider of a strategy gets: the base first, then the rest by weight,
 * each within one of its exact share (largest remainders, the earlier item first). A provider of weight 0 gets
 * no more than its base; where all weights are 0, what is beyond the bases is placed on none.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
export const splitByStrategy = (
  count: number,
  strategy: readonly CapacityProviderStrategyItem[],
): ReadonlyMap<string, number> => {
  const counts = new Map(strategy.map((item) => [item.capacityProvider, 0]));
  const add = (provider: string, more: number): void => {
    counts.set(provider, (counts.get(provider) ?? 0) + more);
  };
  let left = count;
  for (const item of strategy) {
    const base = Math.min(left, item.base);
    add(item.capacityProvider, base);
    left -= base;
  }
  const weights = strategy.reduce((sum, item) => sum + item.weight, 0);
  if (weights === 0) return counts;
  const shares = strategy.map((item) => ({ item, exact: (left * item.weight) / weights }));
  for (const { item, exact } of shares) add(item.capacityProvider, Math.floor(exact));
  const remaining = left - shares.reduce((sum, { exact }) => sum + Math.floor(exact), 0);
  const byRemainder = [...shares].sort((a, b) => (b.exact % 1) - (a.exact % 1));
  for (const { item } of byRemainder.slice(0, remaining)) add(item.capacityProvider, 1);
  return counts;
};
