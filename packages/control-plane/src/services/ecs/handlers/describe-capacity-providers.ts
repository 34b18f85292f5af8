import type { DescribeCapacityProvidersRequest, DescribeCapacityProvidersResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { fargateProviders, isFargateProvider } from "../capacity-providers.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { capacityProviderArn, clusterNameOf, type Scope } from "../identifiers.ts";
import { pageOf } from "../paging.ts";
import { requireCluster } from "../repository.ts";

const nameOf = (scope: Scope, reference: string): string => {
  const prefix = capacityProviderArn(scope, "");
  return reference.startsWith(prefix) ? reference.slice(prefix.length) : reference;
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeCapacityProviders.html */
export const describeCapacityProviders = defineOperation<
  EcsDependencies,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse
>({
  authorise: permission("ecs:DescribeCapacityProviders", (input, call) =>
    (input.capacityProviders ?? []).length === 0
      ? [capacityProviderArn(call, "*")]
      : (input.capacityProviders ?? []).map((name) => capacityProviderArn(call, nameOf(call, name))),
  ),
  handle: async (input, call, { store }) => {
    const { cluster } = input;
    const associated =
      cluster === undefined
        ? fargateProviders
        : (await store.read((transaction) => requireCluster(transaction, call, clusterNameOf(call, cluster))))
            .capacityProviders;
    const asked = (input.capacityProviders ?? []).map((reference) => nameOf(call, reference));
    const names = asked.length === 0 ? associated : asked;
    const found = names.filter((name) => isFargateProvider(name) && associated.includes(name)).sort();
    const page = pageOf(found, (name) => name, input);
    return {
      capacityProviders: page.items.filter(isFargateProvider).map((name) => ({
        capacityProviderArn: capacityProviderArn(call, name),
        name,
        status: "ACTIVE",
        tags: [],
        type: name,
      })),
      failures: names
        .filter((name) => !found.includes(name))
        .map((name) => ({ arn: capacityProviderArn(call, name), reason: "MISSING" })),
      nextToken: page.nextToken,
    };
  },
});
