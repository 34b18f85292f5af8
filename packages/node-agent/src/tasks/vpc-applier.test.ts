import {
  type DesiredUpdate,
  type InterfaceMembership,
  silentLogger,
  systemClock,
  type VpcId,
  type VpcSpec,
  vpcId,
} from "@fleetless/kernel";
import { expect, test, vi } from "vitest";
import { MemoryMachine } from "./testing/memory-machine.ts";
import { sampleVpc, sampleWorkload } from "./testing/sample-workload.ts";
import { VpcApplier } from "./vpc-applier.ts";

const signal = new AbortController().signal;
const other = vpcId("vpc-02");
const update = (vpcs: readonly VpcSpec[], removedVpcs: readonly VpcId[] = [], complete = false): DesiredUpdate => ({
  cursor: "1",
  complete,
  workloads: [],
  removedWorkloads: [],
  vpcs,
  vpcInterfaces: [],
  removedVpcs,
});
const interfacesOf = (vpc: VpcId, changed: readonly InterfaceMembership[]): DesiredUpdate => ({
  ...update([]),
  vpcInterfaces: [{ vpcId: vpc, changed, removed: [] }],
});

test("applies the newest state once for many changes, and serves who waited for an older one", async () => {
  const machine = new MemoryMachine();
  const held = Promise.withResolvers<void>();
  machine.delays.set("apply", held.promise);
  const applier = new VpcApplier(machine.network, systemClock, silentLogger);
  applier.follow(update([sampleVpc]));
  const first = applier.enforced(sampleVpc.id, signal);
  for (let change = 0; change < 5; change += 1) applier.follow(update([{ ...sampleVpc, id: other }]));
  const second = applier.enforced(other, signal);
  held.resolve();
  await Promise.all([first, second]);
  expect(machine.calls).toEqual(["apply vpc-01", "apply vpc-01,vpc-02"]);
  await applier.close();
});

test("tries again until the network takes it, and a waiter that is broken off waits no more", async () => {
  const machine = new MemoryMachine();
  machine.failures.set("apply", new Error("nft is busy"));
  const applier = new VpcApplier(machine.network, systemClock, silentLogger);
  applier.follow(update([sampleVpc]));
  const abort = new AbortController();
  const brokenOff = applier.enforced(sampleVpc.id, abort.signal);
  const served = applier.enforced(sampleVpc.id, signal);
  abort.abort(new Error("stopped"));
  await expect(brokenOff).rejects.toThrow("stopped");
  machine.failures.clear();
  await served;
  await applier.close();
});

test("takes down what is no longer desired", async () => {
  const machine = new MemoryMachine();
  const applier = new VpcApplier(machine.network, systemClock, silentLogger);
  applier.follow(update([sampleVpc, { ...sampleVpc, id: other }]));
  await applier.enforced(other, signal);
  applier.follow(update([sampleVpc], [other]));
  await vi.waitFor(() => expect([...machine.vpcs]).toEqual([sampleVpc.id]));
  applier.follow(update([], [], true));
  await vi.waitFor(() => expect(machine.vpcs.size).toBe(0));
  await applier.close();
});

test("adds interfaces to a VPC that it was told of, and refuses those of any other", async () => {
  const machine = new MemoryMachine();
  const applier = new VpcApplier(machine.network, systemClock, silentLogger);
  applier.follow(update([sampleVpc]));
  const { networkInterface } = sampleWorkload();
  applier.follow(interfacesOf(sampleVpc.id, [networkInterface]));
  await applier.enforced(sampleVpc.id, signal);
  expect(applier.desired(sampleVpc.id)).toEqual({ ...sampleVpc, interfaces: [networkInterface] });
  expect(() => applier.follow(interfacesOf(other, [networkInterface]))).toThrow("was not told of before");
  await applier.close();
});
