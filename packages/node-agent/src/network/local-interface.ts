import type { LocalInterface } from "@fleetless/engine";
import type { InterfaceRecord } from "./interface-records.ts";

const known = new WeakMap<InterfaceRecord, LocalInterface>();

/** What the engine compiles of a record: the same for the same one, so that it is known again. */
export const localInterface = (record: InterfaceRecord): LocalInterface => {
  const local = known.get(record) ?? { ...record.networkInterface, port: record.port };
  known.set(record, local);
  return local;
};
