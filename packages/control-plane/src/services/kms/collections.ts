import type { GrantOperation } from "@aws-sdk/client-kms";
import { defineCollection } from "../../state/store.ts";
import type { KeyUsage, SupportedKeySpec } from "./cryptography/key-specs.ts";

export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

type KeyState = "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport";

/** One generation of a key's secret: the newest encrypts, all of them decrypt. */
export interface KeyMaterial {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Under the root key; undefined once imported material was deleted or ran out. */
  readonly sealed: string | undefined;
  readonly createdAt: number;
  /** Why it replaced the one before; undefined for the first. */
  readonly rotation?: "AUTOMATIC" | "ON_DEMAND";
  readonly origin: "AWS_KMS" | "EXTERNAL";
  /** Imported material is deleted then, in milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
}

export interface KeyRecord extends Scope {
  readonly keyId: string;
  readonly createdAt: number;
  readonly description: string;
  readonly keySpec: SupportedKeySpec;
  readonly keyUsage: KeyUsage;
  readonly origin: "AWS_KMS" | "EXTERNAL";
  readonly manager: "CUSTOMER" | "AWS";
  readonly multiRegion: boolean;
  readonly state: KeyState;
  /** When a key in PendingDeletion is gone, in milliseconds since the Unix epoch. */
  readonly deletionAt?: number;
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly materials: readonly KeyMaterial[];
  /** Present while automatic rotation is on. */
  readonly rotation?: { readonly periodInDays: number; readonly nextAt: number };
}

export interface AliasRecord extends Scope {
  /** With its `alias/`. */
  readonly name: string;
  readonly keyId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface GrantRecord extends Scope {
  readonly grantId: string;
  readonly keyId: string;
  readonly name: string | undefined;
  readonly granteePrincipal: string;
  readonly retiringPrincipal: string | undefined;
  readonly operations: readonly GrantOperation[];
  readonly issuingAccount: string;
  readonly constraint:
    | { readonly kind: "equals" | "subset"; readonly context: Readonly<Record<string, string>> }
    | undefined;
  readonly createdAt: number;
}

export const scopePrefix = (scope: Scope): string => `${scope.accountId}/${scope.region}/`;
export const keyKey = (scope: Scope, keyId: string): string => `${scopePrefix(scope)}${keyId}`;
export const aliasKey = (scope: Scope, name: string): string => `${scopePrefix(scope)}${name}`;
export const grantPrefix = (scope: Scope, keyId: string): string => `${scopePrefix(scope)}${keyId}/`;

export const keys = defineCollection<KeyRecord>("kms.keys", {
  /** Across accounts: a ciphertext names its key by id alone. */
  id: ({ region, keyId }) => `${region}/${keyId}`,
});
export const aliases = defineCollection<AliasRecord>("kms.aliases", {
  key: (alias) => keyKey(alias, alias.keyId),
});
export const grants = defineCollection<GrantRecord>("kms.grants", {
  id: (grant) => `${scopePrefix(grant)}${grant.grantId}`,
  retiring: ({ retiringPrincipal }) => retiringPrincipal,
});
