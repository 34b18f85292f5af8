import type { NetworkFault } from "./network-fault.ts";

const set = (addresses: readonly string[]): string => `{ ${addresses.join(", ")} }`;

/**
 * As AWS's agent does it in the task itself: ingress is what comes to the task, egress and lost packets what leaves
 * it. `port` is the task's end inside its VPC's namespace, where every packet of a task is routed.
 */
const ruleOf = (fault: NetworkFault, port: string): { readonly leaving: boolean; readonly rule: string } => {
  if (fault.kind === "network-packet-loss") {
    const except = fault.sourcesToFilter.length === 0 ? "" : ` ip daddr != ${set(fault.sourcesToFilter)}`;
    const to = `ip daddr ${set(fault.sources)}${except}`;
    const chance = fault.lossPercent === 100 ? "" : ` numgen random mod 100 < ${fault.lossPercent}`;
    return { leaving: true, rule: `iifname "${port}" ${to}${chance} drop` };
  }
  const leaving = fault.trafficType === "egress";
  const except = fault.sourcesToFilter.length === 0 ? "" : ` ip daddr != ${set(fault.sourcesToFilter)}`;
  const side = leaving ? "iifname" : "oifname";
  return { leaving, rule: `${side} "${port}"${except} ${fault.protocol} dport ${fault.port} drop` };
};

const faultTable = (port: string): string => `fault-${port}`;

/**
 * The packet filter's script that puts exactly these faults in force for a task, in one transaction; none removes
 * the table. Before the VPC's own rules, so that no open connection passes them by.
 */
export const renderFaults = (port: string, faults: readonly NetworkFault[]): string => {
  const table = faultTable(port);
  const fresh = `add table ip ${table}\ndelete table ip ${table}\n`;
  const effective = faults.filter((fault) => fault.kind !== "network-packet-loss" || fault.sources.length > 0);
  if (effective.length === 0) return fresh;
  const rules = effective.map((fault) => ruleOf(fault, port));
  const chain = (hook: string, lines: readonly string[]): string =>
    `  chain ${hook} {\n    type filter hook ${hook} priority -150; policy accept;\n${lines.map((line) => `    ${line}\n`).join("")}  }\n`;
  const leaving = rules.filter((each) => each.leaving).map(({ rule }) => rule);
  const all = rules.map(({ rule }) => rule);
  // What a task sends to its resolver or to the endpoint ends in the VPC's namespace itself.
  return `${fresh}table ip ${table} {\n${chain("forward", all)}${chain("input", leaving)}}\n`;
};
