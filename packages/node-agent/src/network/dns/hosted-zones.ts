import { parentName, Zone } from "@fleetless/engine";
import type { HostedZoneSpec, HostedZoneUpdate, RecordSetSpec } from "@fleetless/kernel";

interface HostedZone {
  spec: HostedZoneSpec;
  zone: Zone;
}

/** The private hosted zones of all VPCs as far as this machine was told. */
export class HostedZones {
  readonly #zones = new Map<string, HostedZone>();
  readonly #unhealthy = new Set<string>();
  readonly #byVpc = new Map<string, Map<string, Zone>>();
  #version = 0;

  /** Another number after every change: what was answered before may be wrong. */
  get version(): number {
    return this.#version;
  }

  /** Puts an update in force as a whole. */
  apply(update: HostedZoneUpdate): void {
    if (update.complete) {
      this.#zones.clear();
      this.#unhealthy.clear();
    }
    for (const id of update.removedZones) this.#zones.delete(id);
    for (const spec of update.zones) {
      const zone = this.#zones.get(spec.id)?.zone ?? new Zone(spec.name);
      this.#zones.set(spec.id, { spec, zone });
    }
    for (const { zoneId, name, recordSets } of update.names) this.#zones.get(zoneId)?.zone.set(name, recordSets);
    for (const id of update.removedHealth) this.#unhealthy.delete(id);
    for (const { id, healthy } of update.health) {
      if (healthy) this.#unhealthy.delete(id);
      else this.#unhealthy.add(id);
    }
    if (update.complete || update.zones.length + update.removedZones.length > 0) this.#index();
    this.#version += 1;
  }

  /** The longest zone of a VPC that a canonical name belongs to. */
  zoneOf(vpcId: string, name: string): Zone | undefined {
    const zones = this.#byVpc.get(vpcId);
    if (zones === undefined) return undefined;
    for (let at: string | undefined = name; at !== undefined; at = parentName(at)) {
      const zone = zones.get(at);
      if (zone !== undefined) return zone;
    }
    return undefined;
  }

  isHealthy(id: string): boolean {
    return !this.#unhealthy.has(id);
  }

  /** All of it as one update, to be kept over a restart. */
  snapshot(): HostedZoneUpdate {
    const named = [...this.#zones].flatMap(([zoneId, { zone }]) =>
      [...Map.groupBy(zone.recordSets, (set: RecordSetSpec) => set.name)].map(([name, recordSets]) => ({
        zoneId,
        name,
        recordSets,
      })),
    );
    return {
      cursor: "",
      complete: true,
      zones: [...this.#zones.values()].map(({ spec }) => spec),
      removedZones: [],
      names: named,
      health: [...this.#unhealthy].map((id) => ({ id, healthy: false })),
      removedHealth: [],
      changes: [],
    };
  }

  #index(): void {
    this.#byVpc.clear();
    for (const { spec, zone } of this.#zones.values()) {
      for (const vpcId of spec.vpcIds) {
        const zones = this.#byVpc.get(vpcId) ?? new Map<string, Zone>();
        zones.set(spec.name, zone);
        this.#byVpc.set(vpcId, zones);
      }
    }
  }
}
