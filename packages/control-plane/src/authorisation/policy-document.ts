import type { Condition } from "./conditions.ts";
import type { Pattern } from "./pattern.ts";

/** A policy document made ready for evaluation. */
export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid: string | undefined;
  /** Its place in the document, from 1. */
  readonly number: number;
  readonly effect: "Allow" | "Deny";
  /** In lower case, for actions are not distinguished by case. */
  readonly actions: Match;
  /** Undefined in a trust policy, which stands for its own role. */
  readonly resources: Match | undefined;
  /** Undefined in policies of identities. */
  readonly principals: PrincipalMatch | undefined;
  readonly conditions: readonly Condition[];
}

/** Action or NotAction, Resource or NotResource. */
export interface Match {
  readonly not: boolean;
  readonly patterns: readonly Pattern[];
}

export interface PrincipalMatch {
  readonly not: boolean;
  readonly principals: readonly PolicyPrincipal[];
}

export type PolicyPrincipal =
  | { readonly kind: "everyone" }
  /** The account of this id, and with it whoever it lets. */
  | { readonly kind: "account"; readonly accountId: string }
  | { readonly kind: "arn"; readonly arn: string }
  /** A user or role that is gone; its name made again is another. */
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "service"; readonly name: string }
  | { readonly kind: "federated"; readonly name: string };
