import type { FlowLogSpec, FlowRecord, VpcSpec } from "@fleetless/kernel";
import type { AddressSet, Chain, Direction, Match, Rule } from "./ruleset.ts";

/**
 * Which generation of sets packets are counted in, and those that were counted in before and are not read yet. A
 * generation is never used again, so that no count is read twice.
 */
export interface FlowCounting {
  readonly generation: number;
  readonly retained: readonly number[];
}

type FlowDirection = FlowRecord["direction"];
type FlowAction = FlowRecord["action"];
const flowDirections = ["egress", "ingress"] as const satisfies readonly FlowDirection[];
const flowActions = ["ACCEPT", "REJECT"] as const satisfies readonly FlowAction[];
/** The flags that a record tells of; SYN with ACK counts as one of its own. */
const flowFlags = [
  { name: "fin", value: 1, mask: 1, match: 1 },
  { name: "syn", value: 2, mask: 18, match: 2 },
  { name: "rst", value: 4, mask: 4, match: 4 },
  { name: "synack", value: 18, mask: 18, match: 18 },
] as const;

/** What a set of the packet filter counts. */
export type CountedFlows =
  | { readonly kind: "ports" | "protocols"; readonly direction: FlowDirection; readonly action: FlowAction }
  | { readonly kind: "flags"; readonly direction: FlowDirection; readonly action: FlowAction; readonly flag: number }
  | { readonly kind: "skipped" };

const setPattern =
  /^flows-(\d{1,15})-(?:skipped|(egress|ingress)-(accept|reject)-(ports|protocols|fin|syn|rst|synack))$/;

const setName = (generation: number, ...parts: readonly string[]): string =>
  ["flows", generation, ...parts].join("-").toLowerCase();

/** What the set of this name counts, and its generation; undefined where it is no set of flows. */
export const readFlowSetName = (
  name: string,
): { readonly generation: number; readonly counted: CountedFlows } | undefined => {
  const found = setPattern.exec(name);
  if (found === null) return undefined;
  const generation = Number(found[1]);
  const direction = flowDirections.find((each) => each === found[2]);
  const action = flowActions.find((each) => each.toLowerCase() === found[3]);
  if (direction === undefined || action === undefined) return { generation, counted: { kind: "skipped" } };
  const flag = flowFlags.find((each) => each.name === found[4]);
  if (flag !== undefined) return { generation, counted: { kind: "flags", direction, action, flag: flag.value } };
  return { generation, counted: { kind: found[4] === "ports" ? "ports" : "protocols", direction, action } };
};

/** Whether a flow log is of this interface: of itself, its subnet or its VPC. */
export const isLoggedBy = (
  flowLog: Pick<FlowLogSpec, "resourceId">,
  networkInterface: { readonly id: string; readonly subnetId: string },
  vpcId: string,
): boolean => [vpcId, networkInterface.subnetId, networkInterface.id].includes(flowLog.resourceId);

const wantsFlags = (flowLog: FlowLogSpec): boolean => flowLog.format.includes("tcp-flags");

/** Where the interface stands that records the packet: egress is recorded by the one that it comes from. */
const at: Readonly<Record<FlowDirection, Direction>> = { egress: "in", ingress: "out" };

const portsOf = (action: FlowAction): string => `flow-${action.toLowerCase()}-interfaces`;
const counter = (direction: FlowDirection, action: FlowAction): string => `count-${direction}-${action}`.toLowerCase();
const refusal = (direction: FlowDirection): string => `refused-${direction}`;
const flagCounter = (direction: FlowDirection, action: FlowAction): string => `${counter(direction, action)}-flags`;

const isLogged = (direction: FlowDirection, action: FlowAction): Match => ({
  kind: "interface-member",
  direction: at[direction],
  set: portsOf(action),
});
const jump = (chain: string, ...matches: readonly Match[]): Rule => ({ matches, action: { kind: "jump", chain } });
const back = (...matches: readonly Match[]): Rule => ({ matches, action: { kind: "return" } });

/** How the chains of a VPC count flows. Which interfaces are counted is told by sets alone. */
export interface FlowCountingRules {
  readonly sets: readonly AddressSet[];
  readonly chains: readonly Chain[];
  /** For packets that the sender's groups and its subnet's ACL let pass. */
  readonly accepted: (direction: FlowDirection) => readonly Rule[];
  /** In the place of a drop by a group or an ACL. */
  readonly refuse: (direction: FlowDirection) => Rule;
  /** In the place of a drop of what belongs to no connection. */
  readonly refuseInvalid: readonly Rule[];
}

const drop: Rule = { matches: [], action: { kind: "drop" } };

const setsOf = (generation: number, flags: boolean): readonly AddressSet[] => {
  const counted = flowDirections.flatMap((direction) =>
    flowActions.flatMap((action): readonly AddressSet[] => {
      const set = (part: string, kind: AddressSet["kind"]): AddressSet => ({
        name: setName(generation, direction, action, part),
        kind,
        elements: new Set(),
      });
      return [
        set("ports", "port-flows"),
        set("protocols", "protocol-flows"),
        ...(flags ? flowFlags : []).map(({ name }) => set(name, "flagged-flows")),
      ];
    }),
  );
  return [...counted, { name: setName(generation, "skipped"), kind: "skipped-interfaces", elements: new Set() }];
};

const counterChains = (
  generation: number,
  flags: boolean,
  direction: FlowDirection,
  action: FlowAction,
): readonly Chain[] => {
  const count = (part: string, by: "ports" | "protocols" | "flags"): Match => ({
    kind: "count-flow",
    set: setName(generation, direction, action, part),
    direction: at[direction],
    by,
  });
  const skipped: Match = { kind: "count-skipped", set: setName(generation, "skipped"), direction: at[direction] };
  const flagRules = flowFlags.map(
    ({ name, mask, match }): Rule => ({
      matches: [{ kind: "tcp-flags", mask, value: match }, count(name, "flags")],
      action: { kind: "continue" },
    }),
  );
  return [
    {
      name: counter(direction, action),
      rules: [
        ...(flags ? [jump(flagCounter(direction, action), { kind: "protocol", protocol: 6 })] : []),
        back({ kind: "has-ports" }, count("ports", "ports")),
        back({ kind: "has-no-ports" }, count("protocols", "protocols")),
        back(skipped),
      ],
    },
    ...(flags
      ? [
          {
            name: flagCounter(direction, action),
            rules: [back({ kind: "tcp-flags", mask: 7, value: 0 }), ...flagRules],
          },
        ]
      : []),
  ];
};

/**
 * Counts packets and bytes of flows, in the interfaces' own words: egress is what the sender's groups and its subnet's
 * ACL decide, ingress what the receiver's do (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html). The
 * sets are bounded; of what finds no room only the interface is remembered.
 */
export const compileFlowCounting = (
  vpc: VpcSpec,
  locals: readonly { readonly id: string; readonly subnetId: string; readonly port: string }[],
  counting: FlowCounting | undefined,
): FlowCountingRules => {
  const none: FlowCountingRules = {
    sets: [],
    chains: [],
    accepted: () => [],
    refuse: () => drop,
    refuseInvalid: [drop],
  };
  if (counting === undefined) return none;
  const flags = vpc.flowLogs.some(wantsFlags);
  const retained = counting.retained.flatMap((generation) => setsOf(generation, flags));
  if (vpc.flowLogs.length === 0) return { ...none, sets: retained };
  const loggedAs = (action: FlowAction): ReadonlySet<string> => {
    const logs = vpc.flowLogs.filter(({ traffic }) => traffic === "ALL" || traffic === action);
    return new Set(
      locals.filter((local) => logs.some((log) => isLoggedBy(log, local, vpc.id))).map(({ port }) => port),
    );
  };
  const logged = { ACCEPT: loggedAs("ACCEPT"), REJECT: loggedAs("REJECT") };
  return {
    sets: [
      ...flowActions.map(
        (action): AddressSet => ({ name: portsOf(action), kind: "interface", elements: logged[action] }),
      ),
      ...setsOf(counting.generation, flags),
      ...retained,
    ],
    chains: [
      ...flowDirections.flatMap((direction) =>
        flowActions.flatMap((action) => counterChains(counting.generation, flags, direction, action)),
      ),
      ...flowDirections.map((direction) => ({
        name: refusal(direction),
        rules: [jump(counter(direction, "REJECT"), isLogged(direction, "REJECT")), drop],
      })),
    ],
    accepted: (direction) => [jump(counter(direction, "ACCEPT"), isLogged(direction, "ACCEPT"))],
    refuse: (direction) => jump(refusal(direction)),
    refuseInvalid: [jump(refusal("egress"), isLogged("egress", "REJECT")), jump(refusal("ingress"))],
  };
};
