import { isIP } from "node:net";
import { type ControlPlane, type PacketEnd, type PacketQuestion, PacketQuestionError } from "@fleetless/control-plane";
import { LocalApiError, type LocalRoute } from "./local-api.ts";

const fieldsOf = (value: unknown, name: string): ReadonlyMap<string, unknown> => {
  if (typeof value !== "object" || value === null) throw new LocalApiError(400, `${name} must be an object`);
  return new Map(Object.entries(value));
};

const endOf = (value: unknown, name: string): PacketEnd => {
  const fields = fieldsOf(value, name);
  const [networkInterface, address] = [fields.get("interface"), fields.get("address")];
  if (typeof networkInterface === "string") return { interface: networkInterface };
  if (typeof address === "string" && isIP(address) !== 0) return { address };
  throw new LocalApiError(400, `${name} must be {interface} or {address}, an IP address`);
};

const portOf = (value: unknown, name: string): number => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new LocalApiError(400, `${name} must be a number from 0 to 65535`);
};

const questionOf = (body: unknown): PacketQuestion => {
  const fields = fieldsOf(body, "The body");
  const ends = { from: endOf(fields.get("from"), "from"), to: endOf(fields.get("to"), "to") };
  const [protocol, port, sourcePort] = [fields.get("protocol"), fields.get("port"), fields.get("sourcePort")];
  if (protocol === "icmp") return { ...ends, protocol };
  if (protocol !== "tcp" && protocol !== "udp") throw new LocalApiError(400, "protocol must be tcp, udp or icmp");
  return {
    ...ends,
    protocol,
    port: portOf(port, "port"),
    ...(sourcePort === undefined ? {} : { sourcePort: portOf(sourcePort, "sourcePort") }),
  };
};

/** Whether and why packets pass, for `fleetless vpc why`. */
export const packetRoutes = (controlPlane: Pick<ControlPlane, "explainPacket">): readonly LocalRoute[] => [
  {
    method: "POST",
    pattern: /^\/packets\/explanation$/,
    answer: async (_parameters, body) => {
      try {
        return await controlPlane.explainPacket(questionOf(body));
      } catch (thrown) {
        throw thrown instanceof PacketQuestionError ? new LocalApiError(404, thrown.message) : thrown;
      }
    },
  },
];
