import { randomBytes } from "node:crypto";

declare const brand: unique symbol;
/** A string that only its own constructor may make, so that ids of different things never mix. */
export type Brand<Name extends string> = string & { readonly [brand]: Name };

export type AccountId = Brand<"AccountId">;
export type Region = Brand<"Region">;
export type NodeId = Brand<"NodeId">;
/** 32 hexadecimal digits; an ECS task's id is its workload's id. */
export type WorkloadId = Brand<"WorkloadId">;
export type VpcId = Brand<"VpcId">;
export type SubnetId = Brand<"SubnetId">;
export type SecurityGroupId = Brand<"SecurityGroupId">;
export type NetworkInterfaceId = Brand<"NetworkInterfaceId">;

const hexadecimal = (bytes: number): string => randomBytes(bytes).toString("hex");

export const accountId = (value: string): AccountId => {
  if (!/^\d{12}$/.test(value)) throw new TypeError(`An account id has 12 digits: ${value}`);
  return value as AccountId;
};

export const region = (value: string): Region => {
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(value)) throw new TypeError(`Not the name of a region: ${value}`);
  return value as Region;
};

export const nodeId = (value: string): NodeId => value as NodeId;
export const workloadId = (value: string): WorkloadId => value as WorkloadId;
export const vpcId = (value: string): VpcId => value as VpcId;
export const subnetId = (value: string): SubnetId => value as SubnetId;
export const securityGroupId = (value: string): SecurityGroupId => value as SecurityGroupId;
export const networkInterfaceId = (value: string): NetworkInterfaceId => value as NetworkInterfaceId;

export const newWorkloadId = (): WorkloadId => workloadId(hexadecimal(16));

/** An id in EC2's long form, such as `sg-0a1b2c3d4e5f60718`: the prefix and 17 hexadecimal digits. */
export const newEc2Id = (prefix: string): string => `${prefix}-0${hexadecimal(8)}`;
