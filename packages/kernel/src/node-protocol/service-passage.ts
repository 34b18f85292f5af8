import type { VpcId } from "../ids.ts";

/** Through which endpoint of its VPC a call came. */
export interface EndpointPassage {
  readonly endpointId: string;
  readonly vpcId: VpcId;
  /** The caller's address in the VPC. */
  readonly sourceAddress: string;
  /** The endpoint's policy document as JSON; absent where all is allowed. */
  readonly policy?: string;
}

/**
 * Through which endpoints what is asked for on a task's behalf comes, by the service's whole name such as
 * `com.amazonaws.us-east-1.ecr.api`. Services that are missing are reached by other ways.
 */
export type EndpointPassages = Readonly<Record<string, EndpointPassage>>;

/** How a call from inside a VPC gets to a service of AWS, if it does. */
export type ServicePassage =
  | ({ readonly kind: "endpoint" } & EndpointPassage)
  /** `sourceAddress` is the one that the world sees. */
  | { readonly kind: "internet"; readonly sourceAddress: string }
  | { readonly kind: "refused"; readonly because: string };

/** A connection to the AWS API that began inside a VPC. */
export interface ApiConnection {
  readonly vpcId: VpcId;
  /** The way to a service of a region, by its name as endpoints have it; asked for each call, since it may change. */
  passage(service: string, region: string): ServicePassage;
}
