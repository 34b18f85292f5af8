import { isIP } from "node:net";

/** A disturbance of a task's network. Addresses are of either family, each with or without a prefix length. */
export type NetworkFault =
  | {
      readonly kind: "network-blackhole-port";
      readonly port: number;
      readonly protocol: "tcp" | "udp";
      readonly trafficType: "ingress" | "egress";
      readonly sourcesToFilter: readonly string[];
    }
  | {
      readonly kind: "network-packet-loss";
      readonly lossPercent: number;
      readonly sources: readonly string[];
      readonly sourcesToFilter: readonly string[];
    };

export const faultTypes = ["network-blackhole-port", "network-latency", "network-packet-loss"] as const;

/** A request that is not understood, in the words of ECS's agent. */
export class FaultRequestError extends Error {
  override readonly name = "FaultRequestError";
}

type Body = Readonly<Record<string, unknown>>;

const missing = (name: string): FaultRequestError => new FaultRequestError(`required parameter ${name} is missing`);
const invalid = (value: unknown, name: string): FaultRequestError =>
  new FaultRequestError(`invalid value ${String(value).slice(0, 200)} for parameter ${name}`);

export const parseBody = (text: string): Body => {
  if (text.trim() === "") throw new FaultRequestError("required request body is missing");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new FaultRequestError("the request body is not JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new FaultRequestError("the request body is not a JSON object");
  }
  return Object.fromEntries(Object.entries(body));
};

const mostSources = 256;

const isBlock = (text: string): boolean => {
  const [address = "", length, more] = text.split("/");
  const version = isIP(address);
  // A zone is a link's name, which says nothing to a packet filter.
  if (version === 0 || more !== undefined || address.includes("%")) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
};

const sourcesFrom = (body: Body, name: string): readonly string[] => {
  const given = body[name];
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given) || given.length > mostSources) throw invalid(JSON.stringify(given), name);
  return given.map((source: unknown) => {
    if (typeof source !== "string" || !isBlock(source)) throw invalid(source, name);
    return source;
  });
};

const integer = (body: Body, name: string, least: number, most: number): number => {
  const value = body[name];
  if (value === undefined || value === null) throw missing(name);
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    throw invalid(value, name);
  return value;
};

const oneOf = <Value extends string>(body: Body, name: string, values: readonly Value[]): Value => {
  const value = body[name];
  if (value === undefined || value === null || value === "") throw missing(name);
  const found = values.find((known) => known === value);
  if (found === undefined) throw invalid(value, name);
  return found;
};

/** The endpoint of the task itself, which a task never loses. */
const endpoint = "169.254.170.2";

/** Throws a FaultRequestError. */
export const blackholeFrom = (body: Body): NetworkFault & { readonly kind: "network-blackhole-port" } => {
  const port = integer(body, "Port", 0, 65_535);
  const protocol = oneOf(body, "Protocol", ["tcp", "udp"] as const);
  const trafficType = oneOf(body, "TrafficType", ["ingress", "egress"] as const);
  const sources = sourcesFrom(body, "SourcesToFilter");
  const keepsEndpoint = trafficType === "egress" && port === 80;
  return {
    kind: "network-blackhole-port",
    port,
    protocol,
    trafficType,
    sourcesToFilter: keepsEndpoint ? [...new Set([...sources, endpoint])] : sources,
  };
};

/** Throws a FaultRequestError. */
export const packetLossFrom = (body: Body): NetworkFault => {
  const lossPercent = integer(body, "LossPercent", 1, 100);
  if (!Array.isArray(body.Sources) || body.Sources.length === 0) throw missing("Sources");
  const sources = sourcesFrom(body, "Sources");
  const sourcesToFilter = sourcesFrom(body, "SourcesToFilter");
  if (body.FlowsPercent !== undefined && integer(body, "FlowsPercent", 1, 100) !== 100) {
    throw new FaultRequestError("FlowsPercent below 100 is not supported yet by Fleetless");
  }
  return { kind: "network-packet-loss", lossPercent, sources, sourcesToFilter };
};

/** By which two requests mean the same fault. */
export const faultKey = (fault: NetworkFault): string =>
  fault.kind === "network-blackhole-port"
    ? `${fault.kind} ${fault.trafficType} ${fault.protocol} ${fault.port}`
    : fault.kind;
