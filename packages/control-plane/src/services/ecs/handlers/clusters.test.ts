import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type World } from "../testing/world.ts";
import { createCluster } from "./create-cluster.ts";
import { deleteCluster } from "./delete-cluster.ts";
import { describeCapacityProviders } from "./describe-capacity-providers.ts";
import { describeClusters } from "./describe-clusters.ts";
import { listClusters } from "./list-clusters.ts";
import { putClusterCapacityProviders } from "./put-cluster-capacity-providers.ts";
import { stopTask } from "./stop-task.ts";
import { updateCluster } from "./update-cluster.ts";
import { updateClusterSettings } from "./update-cluster-settings.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const describeOne = async (cluster: string) =>
  (await world.invoke(describeClusters, { clusters: [cluster], include: ["STATISTICS", "TAGS", "SETTINGS"] }))
    .clusters?.[0];

describe("clusters", () => {
  it("are made once, listed and described with what is asked for", async () => {
    const tags = [{ key: "team", value: "a" }];
    const made = await world.invoke(createCluster, { clusterName: "blue", tags, capacityProviders: ["FARGATE"] });
    expect(made.cluster).toMatchObject({ status: "ACTIVE", tags, capacityProviders: ["FARGATE"] });
    expect((await world.invoke(createCluster, { clusterName: "blue" })).cluster?.tags).toEqual(tags);
    expect((await world.invoke(listClusters, {})).clusterArns).toEqual([
      "arn:aws:ecs:us-east-1:123456789012:cluster/blue",
      "arn:aws:ecs:us-east-1:123456789012:cluster/default",
    ]);
    const bare = await world.invoke(describeClusters, { clusters: ["blue", "ghost"] });
    expect(bare.clusters?.[0]).toMatchObject({ tags: [], settings: [], statistics: [] });
    expect(bare.failures).toEqual([{ arn: "arn:aws:ecs:us-east-1:123456789012:cluster/ghost", reason: "MISSING" }]);
    expect((await world.invoke(describeClusters, {})).clusters?.[0]?.clusterName).toBe("default");
    await expect(world.invoke(createCluster, { clusterName: "no spaces" })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });

  it("count their tasks and cannot be deleted while some are active", async () => {
    await world.register();
    const id = await world.run();
    expect(await describeOne("default")).toMatchObject({ pendingTasksCount: 1, runningTasksCount: 0 });
    await world.report(id, "RUNNING");
    const counted = await describeOne("default");
    expect(counted).toMatchObject({ pendingTasksCount: 0, runningTasksCount: 1 });
    expect(counted?.statistics).toContainEqual({ name: "runningFargateTasksCount", value: "1" });
    await expect(world.invoke(deleteCluster, { cluster: "default" })).rejects.toMatchObject({
      code: "ClusterContainsTasksException",
    });
    await world.invoke(stopTask, { task: id });
    await world.report(id, "STOPPED");
    await expect
      .poll(() =>
        world.invoke(deleteCluster, { cluster: "default" }).then(
          (answer) => answer.cluster?.status,
          () => "",
        ),
      )
      .toBe("INACTIVE");
    expect((await describeOne("default"))?.status).toBe("INACTIVE");
    expect((await world.invoke(listClusters, {})).clusterArns).toEqual([]);
    await expect(world.run()).rejects.toMatchObject({ code: "ClusterNotFoundException" });
    await world.invoke(createCluster, {});
    expect(await world.run()).not.toBe("");
  });

  it("keep their settings and providers", async () => {
    const settings = [{ name: "containerInsights" as const, value: "disabled" }];
    expect((await world.invoke(updateCluster, { cluster: "default", settings })).cluster?.settings).toEqual(settings);
    await expect(
      world.invoke(updateClusterSettings, {
        cluster: "default",
        settings: [{ name: "containerInsights", value: "enabled" }],
      }),
    ).rejects.toThrow("not supported yet");
    const strategy = [{ capacityProvider: "FARGATE_SPOT", weight: 1, base: 0 }];
    const answer = await world.invoke(putClusterCapacityProviders, {
      cluster: "default",
      capacityProviders: ["FARGATE_SPOT"],
      defaultCapacityProviderStrategy: strategy,
    });
    expect(answer.cluster).toMatchObject({
      capacityProviders: ["FARGATE_SPOT"],
      defaultCapacityProviderStrategy: strategy,
    });
    await expect(
      world.invoke(putClusterCapacityProviders, {
        cluster: "default",
        capacityProviders: ["FARGATE"],
        defaultCapacityProviderStrategy: strategy,
      }),
    ).rejects.toThrow("not associated with the cluster");
    await expect(world.invoke(updateCluster, { cluster: "ghost" })).rejects.toThrow("Cluster not found.");
  });

  it("have Fargate's capacity providers", async () => {
    const all = await world.invoke(describeCapacityProviders, {});
    expect(all.capacityProviders?.map(({ name, status }) => [name, status])).toEqual([
      ["FARGATE", "ACTIVE"],
      ["FARGATE_SPOT", "ACTIVE"],
    ]);
    const some = await world.invoke(describeCapacityProviders, { capacityProviders: ["FARGATE", "mine"] });
    expect(some.failures).toEqual([
      { arn: "arn:aws:ecs:us-east-1:123456789012:capacity-provider/mine", reason: "MISSING" },
    ]);
  });
});
