import { familyOf, type IpFamily } from "@fleetless/engine";
import type { NetworkFault } from "./network-fault.ts";

const families = ["ipv4", "ipv6"] as const;
const matches = { ipv4: "ip", ipv6: "ip6" } as const;

const ofFamily = (addresses: readonly string[], family: IpFamily): string =>
  addresses.filter((address) => familyOf(address) === family).join(", ");

/** For packets of the family to other addresses than these. */
const except = (addresses: readonly string[], family: IpFamily): string => {
  const own = ofFamily(addresses, family);
  return own === "" ? "" : ` ${matches[family]} daddr != { ${own} }`;
};

interface FaultRule {
  readonly leaving: boolean;
  readonly rule: string;
}

/**
 * As AWS's agent does it in the task itself, of both families: ingress is what comes to the task, egress and lost
 * packets what leaves it. `port` is the task's end inside its VPC's namespace, where every packet of a task is routed.
 */
const rulesOf = (fault: NetworkFault, port: string): readonly FaultRule[] => {
  if (fault.kind === "network-packet-loss") {
    const chance = fault.lossPercent === 100 ? "" : ` numgen random mod 100 < ${fault.lossPercent}`;
    return families.flatMap((family) => {
      const sources = ofFamily(fault.sources, family);
      if (sources === "") return [];
      const to = `${matches[family]} daddr { ${sources} }${except(fault.sourcesToFilter, family)}`;
      return [{ leaving: true, rule: `iifname "${port}" ${to}${chance} drop` }];
    });
  }
  const leaving = fault.trafficType === "egress";
  const side = leaving ? "iifname" : "oifname";
  return families.map((family) => ({
    leaving,
    rule: `${side} "${port}" meta nfproto ${family}${except(fault.sourcesToFilter, family)} ${fault.protocol} dport ${fault.port} drop`,
  }));
};

const faultTable = (port: string): string => `fault-${port}`;

/**
 * The packet filter's script that puts exactly these faults in force for a task, in one transaction; none removes
 * the table. Before the VPC's own rules, so that no open connection passes them by.
 */
export const renderFaults = (port: string, faults: readonly NetworkFault[]): string => {
  const table = faultTable(port);
  const fresh = `add table inet ${table}\ndelete table inet ${table}\n`;
  const rules = faults.flatMap((fault) => rulesOf(fault, port));
  if (rules.length === 0) return fresh;
  const chain = (hook: string, lines: readonly string[]): string =>
    `  chain ${hook} {\n    type filter hook ${hook} priority -150; policy accept;\n${lines.map((line) => `    ${line}\n`).join("")}  }\n`;
  const leaving = rules.filter((each) => each.leaving).map(({ rule }) => rule);
  const all = rules.map(({ rule }) => rule);
  // What a task sends to its resolver or to the endpoint ends in the VPC's namespace itself.
  return `${fresh}table inet ${table} {\n${chain("forward", all)}${chain("input", leaving)}}\n`;
};
