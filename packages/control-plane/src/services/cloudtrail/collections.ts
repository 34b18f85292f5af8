import type { AdvancedEventSelector, EventSelector } from "@aws-sdk/client-cloudtrail";
import { defineCollection } from "../../state/store.ts";

export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export interface TrailRecord extends Scope {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly s3BucketName: string;
  readonly s3KeyPrefix?: string;
  readonly snsTopicName?: string;
  readonly kmsKeyId?: string;
  readonly includeGlobalServiceEvents: boolean;
  readonly isMultiRegionTrail: boolean;
  readonly logFileValidationEnabled: boolean;
  readonly cloudWatchLogs?: { readonly logGroupArn: string; readonly roleArn: string };
  readonly selectors: TrailSelectors;
  readonly tags: Readonly<Record<string, string>>;
  readonly isLogging: boolean;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
}

export type TrailSelectors =
  | { readonly kind: "basic"; readonly selectors: readonly EventSelector[] }
  | { readonly kind: "advanced"; readonly selectors: readonly AdvancedEventSelector[] };

/** How far a trail's events were delivered to its log group; written by the controller only. */
export interface TrailDeliveryRecord {
  /** The sequence number of the last audit record that was looked at. */
  readonly position: number;
  readonly deliveredAt?: number;
  readonly error?: string;
}

export const trailKey = ({ accountId, region }: Scope, name: string): string => `${accountId}/${region}/${name}`;
export const trailArn = ({ accountId, region }: Scope, name: string): string =>
  `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`;

export const trails = defineCollection<TrailRecord>("cloudtrail.trails");
/** By the trail's key. */
export const trailDeliveries = defineCollection<TrailDeliveryRecord>("cloudtrail.deliveries");
