import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import { invalidParameter } from "./errors.ts";
import { outside } from "./task-definition/rule.ts";

export const fargateProviders = ["FARGATE", "FARGATE_SPOT"] as const;
export type FargateProvider = (typeof fargateProviders)[number];

export const isFargateProvider = (name: string | undefined): name is FargateProvider =>
  fargateProviders.some((provider) => provider === name);

export interface StrategyItem {
  readonly capacityProvider: FargateProvider;
  readonly weight: number;
  readonly base: number;
}

/**
 * A strategy that is checked and completed. Throws InvalidParameterException.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
export const strategyFrom = (
  items: readonly CapacityProviderStrategyItem[],
  associated: readonly string[],
): readonly StrategyItem[] => {
  if (items.length > 20)
    throw invalidParameter("A capacity provider strategy can contain at most 20 capacity providers.");
  const strategy = items.map(({ capacityProvider, weight = items.length === 1 ? 1 : 0, base = 0 }) => {
    if (!isFargateProvider(capacityProvider)) {
      throw invalidParameter(`The specified capacity provider '${capacityProvider}' was not found.`);
    }
    if (!associated.includes(capacityProvider)) {
      throw invalidParameter(
        "The specified capacity provider strategy contains a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
      );
    }
    if (outside(weight, 0, 1_000))
      throw invalidParameter("The weight of a capacity provider must be between 0 and 1000.");
    if (outside(base, 0, 100_000))
      throw invalidParameter("The base of a capacity provider must be between 0 and 100000.");
    return { capacityProvider, weight, base };
  });
  if (new Set(strategy.map(({ capacityProvider }) => capacityProvider)).size !== strategy.length) {
    throw invalidParameter("A capacity provider strategy must not name a capacity provider more than once.");
  }
  if (strategy.filter(({ base }) => base > 0).length > 1) {
    throw invalidParameter("A capacity provider strategy cannot contain more than one provider with a base value.");
  }
  return strategy;
};

/** A strategy with which something can be launched: some provider must have a weight. */
export const requireWeight = (strategy: readonly StrategyItem[]): readonly StrategyItem[] => {
  if (strategy.length > 0 && strategy.every(({ weight }) => weight === 0)) {
    throw invalidParameter(
      "A capacity provider strategy must have at least one provider with a weight greater than 0.",
    );
  }
  return strategy;
};
