/** How Route 53 chooses among the record sets that share a name and a type. */
export type RecordRouting =
  | { readonly kind: "simple" }
  | { readonly kind: "weighted"; readonly weight: number }
  | { readonly kind: "failover"; readonly role: "PRIMARY" | "SECONDARY" }
  | { readonly kind: "multivalue" };

/** A record set of a private hosted zone. Names are absolute, in lower case, with Route 53's escapes: `\052.example.com.` */
export interface RecordSetSpec {
  readonly name: string;
  /** `A`, `CNAME`, … */
  readonly type: string;
  readonly routing: RecordRouting;
  readonly healthCheckId?: string;
  readonly target:
    | { readonly kind: "records"; readonly timeToLive: number; readonly values: readonly string[] }
    | { readonly kind: "alias"; readonly name: string; readonly evaluateTargetHealth: boolean };
}

export interface HostedZoneSpec {
  readonly id: string;
  readonly name: string;
  /** Whose resolvers answer from the zone. */
  readonly vpcIds: readonly string[];
}

/** All record sets of one name; none where the name has gone. */
export interface ZoneNameSpec {
  readonly zoneId: string;
  readonly name: string;
  readonly recordSets: readonly RecordSetSpec[];
}

/** What changed in private hosted zones behind a cursor. */
export interface HostedZoneUpdate {
  readonly cursor: string;
  /** True where this is all there is: what is not named is gone. */
  readonly complete: boolean;
  readonly zones: readonly HostedZoneSpec[];
  readonly removedZones: readonly string[];
  readonly names: readonly ZoneNameSpec[];
  /** Health checks that record sets name; one that was never told of counts as healthy. */
  readonly health: readonly { readonly id: string; readonly healthy: boolean }[];
  readonly removedHealth: readonly string[];
  /** Changes of Route 53 that are in force where all of this is. */
  readonly changes: readonly string[];
}
