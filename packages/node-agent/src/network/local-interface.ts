import { type LocalInterface, localAddress } from "@fleetless/engine";
import type { InterfaceRecord } from "./interface-records.ts";

const known = new WeakMap<InterfaceRecord, LocalInterface>();

/** What the engine compiles of a record: the same for the same one, so that it is known again. */
export const localInterface = (record: InterfaceRecord): LocalInterface => {
  const { networkInterface, port, linkLocalAddress } = record;
  const local = known.get(record) ?? {
    ...networkInterface,
    port,
    ...(linkLocalAddress === undefined ? {} : { linkLocalAddress }),
  };
  known.set(record, local);
  return local;
};

/** What the interface may send from. */
export const localAddresses = (local: LocalInterface): readonly string[] =>
  (["ipv4", "ipv6"] as const).flatMap((family) => localAddress(local, family) ?? []);
