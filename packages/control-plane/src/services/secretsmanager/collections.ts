import { defineCollection } from "../../state/store.ts";
import type { ProtectedValue } from "../kms/service.ts";

export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export interface VersionRecord {
  readonly createdAt: number;
  /** AWSCURRENT, AWSPREVIOUS, AWSPENDING or the owner's own; a version without any is deprecated. */
  readonly stages: readonly string[];
  readonly kmsKeyArn: string;
}

export interface RotationRecord {
  readonly enabled: boolean;
  readonly lambdaArn: string;
  readonly rules: {
    readonly AutomaticallyAfterDays?: number;
    readonly Duration?: string;
    readonly ScheduleExpression?: string;
  };
}

export interface SecretRecord extends Scope {
  readonly name: string;
  /** Ends in six random characters, so that a secret made anew under an old name is another. */
  readonly arn: string;
  readonly description: string | undefined;
  /** As it was given; undefined for the service's own key. */
  readonly kmsKeyId: string | undefined;
  readonly createdAt: number;
  readonly changedAt: number;
  /** The day on which its value was last read. */
  readonly accessedAt?: number;
  /** When a secret that was deleted is gone for good, in milliseconds since the Unix epoch. */
  readonly deletionAt?: number;
  readonly tags: Readonly<Record<string, string>>;
  /** By the version's id. */
  readonly versions: Readonly<Record<string, VersionRecord>>;
  readonly policy?: string;
  readonly rotation?: RotationRecord;
  readonly replicas: readonly { readonly region: string; readonly kmsKeyId: string | undefined }[];
}

/** What a version holds, kept apart from the secret so that lists read no values. */
export interface ValueRecord {
  readonly kind: "string" | "binary";
  /** Of the text, or of the bytes in base64. */
  readonly value: ProtectedValue;
}

export const scopePrefix = (scope: Scope): string => `${scope.accountId}/${scope.region}/`;
export const secretKey = (scope: Scope, name: string): string => `${scopePrefix(scope)}${name}`;
export const valuePrefix = (arn: string): string => `${arn}/`;
export const valueKey = (arn: string, versionId: string): string => `${valuePrefix(arn)}${versionId}`;

export const secrets = defineCollection<SecretRecord>("secretsmanager.secrets");
export const values = defineCollection<ValueRecord>("secretsmanager.values");

/** Where a change may change what a reader gets. */
export const secretCollections: readonly string[] = [secrets.name, values.name];
