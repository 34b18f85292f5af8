import { familyOf } from "@fleetless/engine";
import { tryCommand } from "../machine/run-command.ts";
import { namespacePath } from "./names.ts";

/** Which end of a connection an address is: as its first packet had it, or as the answers have it. */
type FlowEnd = "--orig-src" | "--orig-dst" | "--reply-src" | "--reply-dst";

/**
 * Makes connection tracking forget what it knows of an address, in a namespace or in the machine's own, so that
 * nothing of its old connections passes as established to whoever has the address next. Throws where it cannot.
 */
export const forgetFlows = async (
  address: string,
  ends: readonly FlowEnd[],
  namespace: string | undefined,
): Promise<void> => {
  const family = familyOf(address);
  await Promise.all(
    ends.map(async (end) => {
      const within = namespace === undefined ? [] : [`--net=${namespacePath(namespace)}`];
      const { exitCode, stderr } = await tryCommand("nsenter", [
        ...within,
        "conntrack",
        "-D",
        "-f",
        family,
        end,
        address,
      ]);
      // Exit code 1 with this message is that of nothing found.
      if (exitCode === 0 || stderr.includes("0 flow entries have been deleted")) return;
      throw new Error(`Connections of ${address} could not be forgotten: ${stderr.trim()}`);
    }),
  );
};

/** Connections by way of public addresses that lead to a VPC no longer, or to another interface. Throws as above. */
export const forgetPublicAddresses = async (addresses: readonly string[], namespace: string): Promise<void> => {
  await Promise.all(
    addresses.flatMap((address) => [
      forgetFlows(address, ["--orig-dst", "--reply-dst"], namespace),
      forgetFlows(address, ["--orig-src", "--orig-dst"], undefined),
    ]),
  );
};
