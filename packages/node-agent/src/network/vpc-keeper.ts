import type { Logger, VpcId, VpcSpec } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import type { NetworkRecords } from "./interface-records.ts";

const isSameShallowly = <Value extends object>(one: Value, other: Value): boolean => {
  for (const part in { ...one, ...other }) if (one[part] !== other[part]) return false;
  return true;
};

/** Whether the two differ in nothing but interfaces that the second has besides, told by identity. */
const addsInterfacesOnly = (before: VpcSpec, after: VpcSpec): boolean => {
  const [one, other] = [before, { ...after, interfaces: before.interfaces }];
  if (!isSameShallowly(one, other)) return false;
  const left = new Set(after.interfaces);
  return before.interfaces.every((member) => left.has(member));
};

/**
 * Keeps on disk how VPCs were described last, for an agent that starts while its control plane is away. What only
 * adds interfaces is written once no launch is under way, since what is allowed to the others is the same without.
 */
export class VpcKeeper {
  readonly #records: NetworkRecords["vpcs"];
  readonly #quiet: Quiet;
  readonly #logger: Logger;
  readonly #waiting = new Map<VpcId, VpcSpec>();
  #writing: Promise<void> | undefined;

  constructor(records: NetworkRecords["vpcs"], quiet: Quiet, logger: Logger) {
    this.#records = records;
    this.#quiet = quiet;
    this.#logger = logger;
  }

  /** `before` is what this machine knew of the VPC so far. */
  async put(before: VpcSpec | undefined, vpc: VpcSpec): Promise<void> {
    if (before === undefined || !addsInterfacesOnly(before, vpc)) {
      this.#waiting.delete(vpc.id);
      return this.#records.put(vpc.id, vpc);
    }
    this.#waiting.set(vpc.id, vpc);
    this.#writing ??= this.#quiet.calm().then(() => {
      this.#writing = undefined;
      return this.#flush();
    });
  }

  async delete(id: VpcId): Promise<void> {
    this.#waiting.delete(id);
    await this.#records.delete(id);
  }

  /** Writes what waits. */
  close(): Promise<void> {
    return this.#flush();
  }

  async #flush(): Promise<void> {
    for (const [id, vpc] of this.#waiting) {
      this.#waiting.delete(id);
      await this.#records.put(id, vpc).catch((thrown: unknown) => {
        this.#logger.warn({ vpc: id, error: messageOf(thrown) }, "a VPC's description could not be kept");
      });
    }
  }
}
