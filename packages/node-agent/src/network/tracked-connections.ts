import { familyOf, refusedFlows, type TrackedFlow } from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import { runCommand, tryCommand } from "../machine/run-command.ts";
import { hasEndedMeanwhile } from "./flows.ts";
import { namespacePath } from "./names.ts";

/** Of one connection in the kernel's list, at most 256 bytes. */
const outputLimit = 512 * 1024 * 1024;
/** One ends what is there; another sees that nothing is left. What one missed, such as a packet under way, the next does. */
const mostRounds = 16;
/** To be done in well under the time that a command may take: each walks all that the machine remembers, some 7 ms. */
const mostRemovals = 1_000;

const integer = (value: string | undefined): number | undefined => (value === undefined ? undefined : Number(value));

/** One line of `conntrack -L -o extended`; undefined where it is neither of IPv4 nor of IPv6. */
export const parseTrackedFlow = (line: string): TrackedFlow | undefined => {
  const [family, , , protocol] = line.split(/\s+/, 4);
  if (family !== "ipv4" && family !== "ipv6") return undefined;
  const values = (name: string): readonly string[] =>
    [...line.matchAll(new RegExp(` ${name}=([^ ]+)`, "g"))].map(([, value = ""]) => value);
  const [sources, destinations] = [values("src"), values("dst")];
  const [sourcePorts, destinationPorts] = [values("sport"), values("dport")];
  const ends = (index: number): TrackedFlow["original"] | undefined => {
    const [source, destination] = [sources[index], destinations[index]];
    if (source === undefined || destination === undefined) return undefined;
    const [sourcePort, destinationPort] = [integer(sourcePorts[index]), integer(destinationPorts[index])];
    return {
      source,
      destination,
      ...(sourcePort === undefined ? {} : { sourcePort }),
      ...(destinationPort === undefined ? {} : { destinationPort }),
    };
  };
  const [original, reply] = [ends(0), ends(1)];
  if (original === undefined || reply === undefined) return undefined;
  const [icmpType, icmpCode, icmpId] = [values("type")[0], values("code")[0], values("id")[0]].map(integer);
  return {
    protocol: Number(protocol),
    original,
    reply,
    ...(icmpType === undefined ? {} : { icmpType }),
    ...(icmpCode === undefined ? {} : { icmpCode }),
    ...(icmpType === undefined || icmpId === undefined ? {} : { icmpId }),
  };
};

/** What `conntrack -D` is to match: all that decides about a connection, so that it ends any number of the same at once. */
const removal = ({ protocol, original, reply, icmpType, icmpCode }: TrackedFlow): string => {
  const family = familyOf(original.source);
  const name = family === "ipv4" ? "icmp" : "icmpv6";
  const ends = `-s ${original.source} -d ${original.destination} -r ${reply.source} -q ${reply.destination}`;
  const port = reply.sourcePort === undefined ? "" : ` --reply-port-src ${reply.sourcePort}`;
  const icmp = icmpType === undefined ? "" : ` --${name}-type ${icmpType} --${name}-code ${icmpCode}`;
  return `-D -f ${family} -p ${protocol} ${ends}${port}${icmp}\n`;
};

const listFlows = async (vpc: VpcSpec, within: string): Promise<readonly TrackedFlow[]> => {
  const families = ["ipv4", ...(vpc.ipv6Cidrs.length === 0 ? [] : ["ipv6"])];
  const lists = await Promise.all(
    families.map((family) =>
      runCommand("nsenter", [within, "conntrack", "-L", "-f", family, "-o", "extended"], { outputLimit }),
    ),
  );
  return lists.flatMap(({ stdout }) => stdout.split("\n").flatMap((line) => parseTrackedFlow(line) ?? []));
};

/** Removes all of them, or those before one that ended by itself meanwhile, at which the command gives up. */
const remove = async (removals: readonly string[], within: string): Promise<void> => {
  // It opens its input by name, which the kernel allows of a pipe and not of the socket that it would get from here.
  const parameters = [within, "sh", "-c", "cat | conntrack -R -"];
  const { exitCode, stderr } = await tryCommand("nsenter", parameters, { input: removals.join(""), outputLimit });
  if (exitCode === 0 || hasEndedMeanwhile(stderr)) return;
  throw new Error(`Connections could not be ended: ${stderr.trim()}`);
};

/**
 * Makes the kernel forget connections of a VPC that would not come about any more, so that their next packet is
 * decided anew: it is refused. Throws where it cannot, or where some are still there.
 */
export const forgetRefusedFlows = async (vpc: VpcSpec, namespace: string): Promise<void> => {
  const within = `--net=${namespacePath(namespace)}`;
  for (let round = 0; round < mostRounds; round += 1) {
    const refused = refusedFlows(vpc, await listFlows(vpc, within));
    if (refused.length === 0) return;
    const removals = [...new Set(refused.map(removal))];
    for (let done = 0; done < removals.length; done += mostRemovals) {
      await remove(removals.slice(done, done + mostRemovals), within);
    }
  }
  throw new Error(`Connections came back ${mostRounds} times`);
};
