import { updateInterfaces } from "@fleetless/engine";
import { type DesiredUpdate, nodeId, type VpcSpec, type Workload, type WorkloadId } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { vpcReading } from "../services/ec2/service.ts";
import { stopTask } from "../services/ecs/handlers/stop-task.ts";
import { createWorld, testNode } from "../services/ecs/testing/world.ts";
import type { Store } from "../state/store.ts";
import { nodes, nodeVpcs } from "./collections.ts";
import { readDesired } from "./desired-updates.ts";

const signal = new AbortController().signal;

/** What a node holds that only ever folds in what changed. */
class Follower {
  readonly workloads = new Map<WorkloadId, Workload>();
  readonly vpcs = new Map<string, VpcSpec>();

  fold(update: DesiredUpdate): void {
    if (update.complete) {
      this.workloads.clear();
      this.vpcs.clear();
    }
    for (const workload of update.workloads) this.workloads.set(workload.id, workload);
    for (const id of update.removedWorkloads) this.workloads.delete(id);
    for (const vpc of update.vpcs) this.vpcs.set(vpc.id, vpc);
    for (const change of update.vpcInterfaces) {
      const known = this.vpcs.get(change.vpcId);
      if (known === undefined) throw new Error(`${change.vpcId} was not told of before`);
      this.vpcs.set(known.id, updateInterfaces(known, change));
    }
    for (const id of update.removedVpcs) this.vpcs.delete(id);
  }
}

const step = fc.constantFrom("run", "stop", "report running", "report stopped", "follow");

describe("what is desired of a node", () => {
  it("is the same whether read at once or followed change by change", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const world = await createWorld();
        try {
          await world.register();
          const follower = new Follower();
          let { cursor, ...first } = await world.session.desired(testNode.id, undefined, signal);
          follower.fold({ cursor, ...first });
          const follow = async () => {
            const leaving = new AbortController();
            const waiting = world.session.desired(testNode.id, cursor, leaving.signal);
            setTimeout(() => leaving.abort(new Error("nothing new")), 10);
            const update = await waiting.catch(() => undefined);
            if (update === undefined) return false;
            follower.fold(update);
            cursor = update.cursor;
            return true;
          };
          const live: WorkloadId[] = [];
          const stopped = new Set<WorkloadId>();
          for (const [index, action] of steps.entries()) {
            const id = live[index % Math.max(1, live.length)];
            if (action === "run") live.push(await world.run());
            else if (action === "follow") await follow();
            else if (id === undefined || stopped.has(id)) continue;
            else if (action === "stop") await world.invoke(stopTask, { task: id });
            else if (action === "report running") await world.report(id, "RUNNING");
            else {
              await world.report(id, "STOPPED");
              stopped.add(id);
            }
          }
          const wanted = live.filter((id) => !stopped.has(id)).toSorted();
          await expect
            .poll(async () => (await world.session.desired(testNode.id, undefined, signal)).workloads.length)
            .toBe(wanted.length);
          while (await follow());
          const whole = await world.session.desired(testNode.id, undefined, signal);
          expect(whole.workloads.map(({ id }) => id).toSorted()).toEqual(wanted);
          for (const workload of whole.workloads) expect(follower.workloads.get(workload.id)).toEqual(workload);
          for (const id of follower.workloads.keys()) expect(live).toContain(id);
          expect([...follower.vpcs.values()]).toEqual(whole.vpcs);
        } finally {
          await world.close();
        }
      }),
      { numRuns: 12 },
    );
  }, 40_000);

  it("is told all of a VPC first that the node is given while its interfaces change", async () => {
    const world = await createWorld();
    await world.register();
    const other = nodeId("node-2");
    const { store, clock } = world;
    await store.transaction(async (transaction) => {
      const description = { ...testNode, id: other };
      transaction.put(nodes, other, { description, registeredAt: 0, state: "READY" });
    });
    const cursor = String(await store.latestSequence());
    await world.run();
    const [vpc] = (await world.session.desired(testNode.id, undefined, signal)).vpcs;
    if (vpc === undefined) throw new Error("no VPC");
    let isGiven = false;
    const changes: Store["changes"] = async (after, limit) => {
      const found = await store.changes(after, limit);
      if (!isGiven) {
        await store.transaction(async (transaction) => {
          transaction.put(nodeVpcs, `${other}/${vpc.id}`, { vpcId: vpc.id });
        });
      }
      isGiven = true;
      return found;
    };
    const between = {
      read: store.read.bind(store),
      transaction: store.transaction.bind(store),
      changes,
      latestSequence: store.latestSequence.bind(store),
      onCommit: store.onCommit.bind(store),
      close: store.close.bind(store),
    };
    const vpcs = { ...vpcReading, readyOnEveryNode: async () => [] };
    const update = await readDesired({ store: between, clock, vpcs }, other, cursor, signal);
    expect(update).toMatchObject({ complete: false, vpcInterfaces: [], vpcs: [vpc] });
    await world.close();
  });

  it("is told whole where the cursor is not kept any more", async () => {
    const world = await createWorld();
    await world.register();
    const id = await world.run();
    for (const cursor of ["999999999", "not a number"]) {
      const update = await world.session.desired(testNode.id, cursor, signal);
      expect(update).toMatchObject({ complete: true, workloads: [{ id }] });
    }
    await world.close();
  });
});
