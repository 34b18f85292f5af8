import { pingStore } from "@fleetless/control-plane";
import { messageOf } from "@fleetless/kernel";
import { type Check, missing, ok } from "./check.ts";

/** Whether the PostgreSQL of FLEETLESS_STORE answers and may hold a store. */
export const checkStore = async (url: string): Promise<Check> => {
  try {
    return ok("store", await pingStore(url));
  } catch (thrown) {
    return missing("store", messageOf(thrown), "start PostgreSQL there, or correct FLEETLESS_STORE");
  }
};
