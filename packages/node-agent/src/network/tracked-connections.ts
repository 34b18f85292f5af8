import type { FlowBox, TrackedFlow } from "@fleetless/engine";
import { runCommand, tryCommand } from "../machine/run-command.ts";
import { hasEndedMeanwhile } from "./flows.ts";
import { namespacePath } from "./names.ts";

/** Of one connection in the kernel's list, at most 256 bytes. */
const outputLimit = 512 * 1024 * 1024;
/** To be done in well under the time that a command may take: each walks all that the machine remembers, some 7 ms. */
const mostRemovals = 1_000;

/** A connection in the kernel's list, with the number by which the packet filter knows it. */
export interface KernelFlow extends TrackedFlow {
  readonly id: number;
}

/** Newer kernels do not look into its packets, and tell of ports that are none's and that nothing can ask for. */
const dccp = 33;

const integer = (value: string | undefined): number | undefined => (value === undefined ? undefined : Number(value));

/** One line of `conntrack -L -o extended`; undefined where it is neither of IPv4 nor of IPv6. */
export const parseTrackedFlow = (line: string): TrackedFlow | undefined => {
  const [family, , , protocol] = line.split(/\s+/, 4);
  if (family !== "ipv4" && family !== "ipv6") return undefined;
  const values = (name: string): readonly string[] =>
    [...line.matchAll(new RegExp(` ${name}=([^ ]+)`, "g"))].map(([, value = ""]) => value);
  const [sources, destinations] = [values("src"), values("dst")];
  const portsOf = (name: string) =>
    values(name).map((port) => (Number(protocol) === dccp && port === "0" ? undefined : port));
  const [sourcePorts, destinationPorts] = [portsOf("sport"), portsOf("dport")];
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

/** What `conntrack -D` is to match. */
const removal = (box: FlowBox): string => {
  const name = box.family === "ipv4" ? "icmp" : "icmpv6";
  const parts = [
    `-D -f ${box.family} -p ${box.protocol}`,
    box.source === undefined ? "" : ` -s ${box.source}`,
    box.destination === undefined ? "" : ` -d ${box.destination}`,
    box.destinationPort === undefined ? "" : ` --orig-port-dst ${box.destinationPort}`,
    box.icmpType === undefined ? "" : ` --${name}-type ${box.icmpType} --${name}-code ${box.icmpCode}`,
    box.reply === undefined ? "" : ` -r ${box.reply.source} -q ${box.reply.destination}`,
  ];
  return `${parts.join("")}\n`;
};

const kernelFlow = (line: string): KernelFlow | undefined => {
  const flow = parseTrackedFlow(line);
  // The last of a line: that of an echo request stands before it.
  const [, id] = / id=(\d+)\s*$/.exec(line) ?? [];
  return flow === undefined || id === undefined ? undefined : { ...flow, id: Number(id) };
};

/** All connections that the kernel remembers in a namespace; those of IPv6 where asked for. Throws where it cannot. */
export const listFlows = async (namespace: string, ipv6: boolean): Promise<readonly KernelFlow[]> => {
  const within = `--net=${namespacePath(namespace)}`;
  const lists = await Promise.all(
    ["ipv4", ...(ipv6 ? ["ipv6"] : [])].map((family) =>
      runCommand("nsenter", [within, "conntrack", "-L", "-f", family, "-o", "extended,id"], { outputLimit }),
    ),
  );
  return lists.flatMap(({ stdout }) => stdout.split("\n").flatMap((line) => kernelFlow(line) ?? []));
};

const remove = async (removals: readonly string[], within: string): Promise<void> => {
  // It opens its input by name, which the kernel allows of a pipe and not of the socket that it would get from here.
  const parameters = [within, "sh", "-c", "cat | conntrack -R -"];
  const { exitCode, stderr } = await tryCommand("nsenter", parameters, { input: removals.join(""), outputLimit });
  if (exitCode === 0 || hasEndedMeanwhile(stderr)) return;
  throw new Error(`Connections could not be ended: ${stderr.trim()}`);
};

/**
 * Makes the kernel forget all that is in the boxes, or what is before a connection that ended by itself meanwhile, at
 * which the command gives up. Throws where it cannot.
 */
export const forgetBoxes = async (boxes: readonly FlowBox[], namespace: string): Promise<void> => {
  const removals = boxes.map(removal);
  for (let done = 0; done < removals.length; done += mostRemovals) {
    await remove(removals.slice(done, done + mostRemovals), `--net=${namespacePath(namespace)}`);
  }
};
