import type { FargateProvider, StrategyItem } from "./capacity-providers.ts";

/**
 * The provider of each of `count` tasks: bases first, then each next task to the provider that is furthest
 * behind its weight.
 */
export const splitOverProviders = (strategy: readonly StrategyItem[], count: number): readonly FargateProvider[] => {
  const chosen: FargateProvider[] = [];
  for (const { capacityProvider, base } of strategy) {
    for (let index = 0; index < base && chosen.length < count; index += 1) chosen.push(capacityProvider);
  }
  const weighted = new Map<FargateProvider, number>();
  while (chosen.length < count) {
    const [next] = strategy
      .filter(({ weight }) => weight > 0)
      .sort(
        (a, b) =>
          (weighted.get(a.capacityProvider) ?? 0) / a.weight - (weighted.get(b.capacityProvider) ?? 0) / b.weight ||
          b.weight - a.weight,
      );
    if (next === undefined) break;
    weighted.set(next.capacityProvider, (weighted.get(next.capacityProvider) ?? 0) + 1);
    chosen.push(next.capacityProvider);
  }
  return chosen;
};
