import type { FlowRecord, FlowRecordDelivery, VpcSpec } from "@fleetless/kernel";
import { fieldOf, versionOfFormat } from "./flow-record-fields.ts";
import { familyOf, isInBlock, vpcBlocks } from "./ip-family.ts";
import { resolveRoutes, routeTableOf } from "./routes.ts";

/** What the records of one interface have in common, by the fields' names; what is not there is not known. */
export type FlowRecordContext = Readonly<Record<string, string | undefined>>;

const seconds = (milliseconds: number): string => String(Math.floor(milliseconds / 1000));

const fieldsOfFlow = (flow: FlowRecord, pathOf: (address: string) => string | undefined): FlowRecordContext => ({
  srcaddr: flow.sourceAddress,
  dstaddr: flow.destinationAddress,
  srcport: String(flow.sourcePort),
  dstport: String(flow.destinationPort),
  protocol: String(flow.protocol),
  packets: String(flow.packets),
  bytes: String(flow.bytes),
  action: flow.action,
  "tcp-flags": flow.protocol === 6 ? String(flow.tcpFlags) : "0",
  type: flow.sourceAddress.includes(":") || flow.destinationAddress.includes(":") ? "IPv6" : "IPv4",
  "pkt-srcaddr": flow.sourceAddress,
  "pkt-dstaddr": flow.destinationAddress,
  "flow-direction": flow.direction,
  "traffic-path": flow.direction === "egress" ? pathOf(flow.destinationAddress) : undefined,
});

/**
 * The lines that a delivery is in a log group: one for each flow, one that says so where nothing passed, one that says
 * so where some were not recorded (https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html).
 */
export const flowRecordLines = (
  format: string,
  delivery: Pick<FlowRecordDelivery, "start" | "end" | "skipped" | "flows">,
  context: FlowRecordContext,
  pathOf: (address: string) => string | undefined = () => undefined,
): readonly string[] => {
  const fields = format.split(" ").map(fieldOf);
  const common = {
    ...context,
    version: String(versionOfFormat(fields)),
    start: seconds(delivery.start),
    end: seconds(delivery.end),
  };
  const line = (status: string, values: FlowRecordContext): string => {
    const all: FlowRecordContext = { ...common, ...values, "log-status": status };
    return fields.map((field) => all[field] ?? "-").join(" ");
  };
  const lines = delivery.flows.map((flow) => line("OK", fieldsOfFlow(flow, pathOf)));
  if (delivery.skipped) return [...lines, line("SKIPDATA", {})];
  return lines.length === 0 ? [line("NODATA", {})] : lines;
};

/**
 * The number of the path that packets from a subnet take to an address: 1 within the VPC, which a NAT gateway is too,
 * 4 through a peering, 8 through an internet gateway; undefined where none does.
 */
export const trafficPath = (vpc: VpcSpec, subnetId: string): ((address: string) => string | undefined) => {
  const subnet = vpc.subnets.find(({ id }) => id === subnetId);
  const table = subnet && routeTableOf(vpc, subnet);
  const routes = {
    ipv4: table === undefined ? [] : resolveRoutes(vpc, table, "ipv4"),
    ipv6: table === undefined ? [] : resolveRoutes(vpc, table, "ipv6"),
  };
  return (address) => {
    const family = familyOf(address);
    if (vpcBlocks(vpc, family).some((block) => isInBlock(block, address))) return "1";
    const route = routes[family].find(({ destination }) => isInBlock(destination, address));
    if (route?.nat !== undefined) return "1";
    if (route?.exit.kind === "peering") return "4";
    return route?.exit.kind === "internet" ? "8" : undefined;
  };
};
