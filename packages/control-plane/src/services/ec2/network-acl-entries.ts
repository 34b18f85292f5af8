import type { CreateNetworkAclEntryRequest } from "@aws-sdk/client-ec2";
import { canonicalCidr, familyOf } from "./cidr.ts";
import type { NetworkAclEntryRecord } from "./collections.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter } from "./errors.ts";

type EntryInput = CreateNetworkAclEntryRequest;

/** By number, as AWS keeps them, or -1. */
const protocolNumbers: Readonly<Record<string, string>> = {
  all: "-1",
  icmp: "1",
  tcp: "6",
  udp: "17",
  icmpv6: "58",
  "ipv6-icmp": "58",
};

const readProtocol = (text: string | undefined): string => {
  if (text === undefined || text === "") throw missingParameter("protocol");
  const protocol = protocolNumbers[text.toLowerCase()] ?? text;
  if (protocol !== "-1" && !(/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255)) {
    throw invalidParameterValue(`Invalid value '${text.slice(0, 40)}' for protocol. Unknown protocol.`);
  }
  return protocol;
};

const readRuleNumber = (ruleNumber: number | undefined): number => {
  if (ruleNumber === undefined) throw missingParameter("ruleNumber");
  if (!Number.isInteger(ruleNumber) || ruleNumber < 1 || ruleNumber > 32_766) {
    throw invalidParameterValue(`Value (${ruleNumber}) for parameter ruleNumber is invalid. It must be 1 to 32766.`);
  }
  return ruleNumber;
};

const readCidr = (input: EntryInput): string => {
  const { CidrBlock, Ipv6CidrBlock } = input;
  if (CidrBlock !== undefined && Ipv6CidrBlock !== undefined) {
    throw invalidParameterCombination("Only one of cidrBlock and ipv6CidrBlock may be given.");
  }
  const text = CidrBlock ?? Ipv6CidrBlock;
  if (text === undefined) throw missingParameter("cidrBlock");
  const cidr = canonicalCidr(text);
  if (cidr === undefined || familyOf(cidr) !== (CidrBlock === undefined ? "IPv6" : "IPv4")) {
    throw invalidParameterValue(
      `Value (${text.slice(0, 60)}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  return cidr;
};

const isPort = (port: number | undefined): port is number =>
  port !== undefined && Number.isInteger(port) && port >= 0 && port <= 65_535;

const readPortRange = ({ PortRange: range }: EntryInput): NonNullable<NetworkAclEntryRecord["portRange"]> => {
  if (range === undefined) throw missingParameter("portRange");
  const { From: from, To: to } = range;
  if (!isPort(from) || !isPort(to) || from > to) {
    throw invalidParameterValue(`Invalid value for portRange: ${from ?? ""} to ${to ?? ""}`);
  }
  return { from, to };
};

const readIcmp = ({ IcmpTypeCode: given }: EntryInput): NonNullable<NetworkAclEntryRecord["icmp"]> => {
  if (given === undefined) throw missingParameter("icmpTypeCode.code");
  const [type, code] = [given.Type ?? -1, given.Code ?? -1];
  if ([type, code].some((value) => !Number.isInteger(value) || value < -1 || value > 255)) {
    throw invalidParameterValue(`Invalid value for icmpTypeCode: type ${type}, code ${code}`);
  }
  return { type, code };
};

/** An entry as a caller gives it. Throws MissingParameter, InvalidParameterValue, InvalidParameterCombination. */
export const readAclEntry = (input: EntryInput): NetworkAclEntryRecord => {
  const protocol = readProtocol(input.Protocol);
  if (input.RuleAction === undefined) throw missingParameter("ruleAction");
  const hasPorts = protocol === "6" || protocol === "17";
  const isIcmp = protocol === "1" || protocol === "58";
  return {
    ruleNumber: readRuleNumber(input.RuleNumber),
    protocol,
    action: input.RuleAction,
    egress: input.Egress ?? false,
    cidr: readCidr(input),
    ...(hasPorts ? { portRange: readPortRange(input) } : {}),
    ...(isIcmp ? { icmp: readIcmp(input) } : {}),
  };
};

export const isEntry =
  (ruleNumber: number, egress: boolean) =>
  (entry: NetworkAclEntryRecord): boolean =>
    entry.ruleNumber === ruleNumber && entry.egress === egress;

/** In the order in which they decide: egress first, as AWS shows them. */
export const sortEntries = (entries: readonly NetworkAclEntryRecord[]): readonly NetworkAclEntryRecord[] =>
  entries.toSorted((a, b) => Number(b.egress) - Number(a.egress) || a.ruleNumber - b.ruleNumber);
