import {
  networkInterfaceId,
  nodeId,
  subnetId,
  vpcId,
  type WorkloadStatus,
  workloadId,
  workloadPhases,
} from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskRecord } from "../collections.ts";
import { nextTaskStep, stoppedTaskRetention } from "./task-step.ts";

const id = workloadId("0".repeat(32));
const task: TaskRecord = {
  id,
  arn: "arn:aws:ecs:us-east-1:123456789012:task/default/0",
  clusterKey: "123456789012/us-east-1/default",
  clusterArn: "arn:aws:ecs:us-east-1:123456789012:cluster/default",
  taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",
  family: "web",
  launchType: "FARGATE",
  cpu: "256",
  memory: "512",
  ephemeralStorageGiB: 20,
  architecture: "X86_64",
  overrides: {},
  group: "family:web",
  tags: {},
  containers: [],
  networkInterface: {
    id: networkInterfaceId("eni-1"),
    attachmentId: "a",
    vpcId: vpcId("vpc-1"),
    subnetId: subnetId("subnet-1"),
    subnetCidr: "10.0.0.0/24",
    privateAddress: "10.0.0.4",
    privateDnsName: "ip-10-0-0-4.ec2.internal",
    macAddress: "02:00:00:00:00:01",
    securityGroupIds: [],
  },
  availabilityZone: "us-east-1a",
  createdAt: 0,
  desiredStatus: "RUNNING",
  version: 1,
};
const status = (phase: WorkloadStatus["phase"]): WorkloadStatus => ({
  id,
  nodeId: nodeId("n"),
  observedRevision: 1,
  sequence: 1,
  phase,
  attachmentStatus: "ATTACHED",
  healthStatus: "UNKNOWN",
  times: {},
  containers: [],
  timeline: [],
});

describe("the next step of a task", () => {
  it("waits while it runs and stops wanting it to run once it ends", () => {
    expect(nextTaskStep(task, undefined, 0)).toEqual({ kind: "none" });
    expect(nextTaskStep(task, status("RUNNING"), 0)).toEqual({ kind: "none" });
    expect(nextTaskStep(task, status("STOPPING"), 0)).toMatchObject({ kind: "ending" });
    expect(nextTaskStep({ ...task, desiredStatus: "STOPPED" }, status("STOPPING"), 0)).toEqual({ kind: "none" });
  });

  it("releases what has stopped and forgets it an hour later", () => {
    expect(nextTaskStep(task, status("STOPPED"), 0)).toMatchObject({ kind: "release" });
    const released = { ...task, releasedAt: 1_000 };
    expect(nextTaskStep(released, status("STOPPED"), 2_000)).toEqual({
      kind: "wait",
      milliseconds: stoppedTaskRetention - 1_000,
    });
    expect(nextTaskStep(released, status("STOPPED"), 1_000 + stoppedTaskRetention)).toEqual({ kind: "forget" });
  });

  it("always comes to an end once the task is observed STOPPED, from whatever was recorded", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("RUNNING" as const, "STOPPED" as const),
        fc.shuffledSubarray([...workloadPhases]),
        (desiredStatus, phases) => {
          let now = 0;
          let record: TaskRecord = { ...task, desiredStatus };
          for (const phase of [...phases.filter((name) => name !== "STOPPED"), "STOPPED" as const]) {
            const step = nextTaskStep(record, status(phase), now);
            if (step.kind === "ending") record = { ...record, desiredStatus: "STOPPED" };
            if (step.kind === "release") record = { ...record, releasedAt: now };
          }
          now += stoppedTaskRetention;
          expect(nextTaskStep(record, status("STOPPED"), now).kind).toBe("forget");
        },
      ),
    );
  });
});
