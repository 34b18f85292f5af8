import { networkInterfaceId, subnetId, vpcId, workloadId } from "@fleetless/kernel";
import type { TaskRecord } from "../collections.ts";

/** A record of a task that was just launched. */
export const taskOf = (changes: Partial<TaskRecord>): TaskRecord => ({
  id: workloadId("0".repeat(32)),
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
  ...changes,
});
