import { randomBytes } from "node:crypto";
import { type ContainerdClient, isNotFound } from "../containerd/client.ts";

/** What a lease keeps from containerd's collection, in containerd's own words. */
export type LeasedKind = "content" | "snapshots/overlayfs";

const prefix = "fleetless-";
const dayMilliseconds = 24 * 3600_000;

/**
 * What is fetched and unpacked of an image belongs to nothing yet: a lease keeps it until the image's record does. A
 * lease that outlives its work, since the agent or containerd was killed, keeps half an image.
 */
export class ImageLeases {
  readonly #client: ContainerdClient;
  readonly #underWay = new Set<string>();

  constructor(client: ContainerdClient) {
    this.#client = client;
  }

  /** What the work made, and no record holds on to, is gone when the answer comes, if the work fails. */
  async during<Value>(work: (lease: string) => Promise<Value>): Promise<Value> {
    const lease = `${prefix}${randomBytes(8).toString("hex")}`;
    this.#underWay.add(lease);
    let failed = true;
    try {
      const expiry = new Date(Date.now() + dayMilliseconds).toISOString();
      await this.#client.call("Leases", "Create", { id: lease, labels: { "containerd.io/gc.expire": expiry } });
      const value = await work(lease);
      failed = false;
      return value;
    } finally {
      await this.#delete(lease, failed).catch(() => undefined);
      this.#underWay.delete(lease);
    }
  }

  /** Also keeps what another work has made, or is about to: that one's lease may end before this one. */
  async keep(lease: string, kind: LeasedKind, id: string): Promise<void> {
    await this.#client.call("Leases", "AddResource", { id: lease, resource: { id, type: kind } });
  }

  /** Ends the leases whose work was killed, and so removes what they kept. */
  async removeAbandoned(): Promise<void> {
    const { leases } = await this.#client.call<{ readonly leases: readonly { readonly id: string }[] }>(
      "Leases",
      "List",
      {},
    );
    for (const { id } of leases) if (id.startsWith(prefix) && !this.#underWay.has(id)) await this.#delete(id, true);
  }

  async #delete(lease: string, collect: boolean): Promise<void> {
    try {
      await this.#client.call("Leases", "Delete", { id: lease, sync: collect });
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
  }
}
