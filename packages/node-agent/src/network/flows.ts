import { familyOf } from "@fleetless/engine";
import { tryCommand } from "../machine/run-command.ts";
import { namespacePath } from "./names.ts";

/** Which end of a connection an address is: as its first packet had it, or as the answers have it. */
type FlowEnd = "--orig-src" | "--orig-dst" | "--reply-src" | "--reply-dst";

/** Of what is told of each connection, at most 256 bytes. */
const outputLimit = 512 * 1024 * 1024;
const mostRounds = 16;

/** Whether `conntrack -D` gave up at a connection that was over just then, with those behind it still there. */
export const hasEndedMeanwhile = (stderr: string): boolean => stderr.includes("such conntrack doesn't exist");

/**
 * Makes connection tracking forget what it knows of an address, in a namespace or in the machine's own, so that
 * nothing of its old connections passes as established to whoever has the address next. Throws where it cannot.
 */
export const forgetFlows = async (
  address: string,
  ends: readonly FlowEnd[],
  namespace: string | undefined,
): Promise<void> => {
  await Promise.all(ends.map((end) => forgetEnd(address, end, namespace)));
};

const forgetEnd = async (address: string, end: FlowEnd, namespace: string | undefined): Promise<void> => {
  const within = namespace === undefined ? [] : [`--net=${namespacePath(namespace)}`];
  const parameters = [...within, "conntrack", "-D", "-f", familyOf(address), end, address];
  let error = "";
  for (let round = 0; round < mostRounds; round += 1) {
    const { exitCode, stderr } = await tryCommand("nsenter", parameters, { outputLimit });
    // Exit code 1 with this message is that of nothing found.
    if (exitCode === 0 || stderr.includes("0 flow entries have been deleted")) return;
    error = stderr.trim();
    if (!hasEndedMeanwhile(stderr)) break;
  }
  throw new Error(`Connections of ${address} could not be forgotten: ${error}`);
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
