import type { ParameterTier, ParameterType } from "@aws-sdk/client-ssm";
import { defineCollection } from "../../state/store.ts";
import type { ProtectedValue } from "../kms/service.ts";

export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

/** One of a parameter's policies, as it was given. */
export interface PolicyRecord {
  readonly type: "Expiration" | "ExpirationNotification" | "NoChangeNotification";
  readonly text: string;
}

export interface VersionRecord {
  readonly version: number;
  readonly type: ParameterType;
  readonly tier: Exclude<ParameterTier, "Intelligent-Tiering">;
  readonly dataType: string;
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  /** Of a SecureString, as it was given. */
  readonly keyId: string | undefined;
  readonly policies: readonly PolicyRecord[];
  readonly modifiedAt: number;
  /** The ARN of who wrote it. */
  readonly modifiedBy: string;
  /** A SecureString is under its KMS key, all others under the root key. */
  readonly value:
    | { readonly kind: "sealed"; readonly sealed: string }
    | { readonly kind: "protected"; readonly value: ProtectedValue };
}

export interface ParameterRecord extends Scope {
  readonly name: string;
  readonly latest: VersionRecord;
  readonly oldestVersion: number;
  /** The version that each label stands on. */
  readonly labels: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
  /** When its Expiration policy deletes it, in milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
}

const versionDigits = 12;

export const scopePrefix = (scope: Scope): string => `${scope.accountId}/${scope.region}/`;
export const parameterKey = (scope: Scope, name: string): string => `${scopePrefix(scope)}${name}`;
/** A name holds no colon. */
export const versionPrefix = (scope: Scope, name: string): string => `${parameterKey(scope, name)}:`;
export const versionKey = (scope: Scope, name: string, version: number): string =>
  `${versionPrefix(scope, name)}${String(version).padStart(versionDigits, "0")}`;

export const parameters = defineCollection<ParameterRecord>("ssm.parameters");
/** Every version but the latest, which stands in the parameter. */
export const earlierVersions = defineCollection<VersionRecord>("ssm.earlier-versions");

/** Where a change may change what a reader gets. */
export const parameterCollections: readonly string[] = [parameters.name, earlierVersions.name];
