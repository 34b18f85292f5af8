import { parseIpv4 } from "../network/ipv4.ts";
import { canonicalDomainName } from "./domain-name.ts";

/** A record's data, taken apart as it goes into a message. */
export type RecordData =
  | { readonly type: "A" | "AAAA" | "CNAME" | "NS" | "PTR"; readonly data: string }
  | { readonly type: "MX"; readonly data: { readonly preference: number; readonly exchange: string } }
  | { readonly type: "TXT"; readonly data: string[] }
  | {
      readonly type: "SRV";
      readonly data: {
        readonly priority: number;
        readonly weight: number;
        readonly port: number;
        readonly target: string;
      };
    }
  | {
      readonly type: "CAA";
      readonly data: {
        readonly flags: number;
        readonly tag: "issue" | "issuewild" | "iodef";
        readonly value: string;
        readonly issuerCritical: boolean;
      };
    }
  | {
      readonly type: "SOA";
      readonly data: {
        readonly mname: string;
        readonly rname: string;
        readonly serial: number;
        readonly refresh: number;
        readonly retry: number;
        readonly expire: number;
        readonly minimum: number;
      };
    }
  | {
      readonly type: "NAPTR";
      readonly data: {
        readonly order: number;
        readonly preference: number;
        readonly flags: string;
        readonly services: string;
        readonly regexp: string;
        readonly replacement: string;
      };
    };

/** Why a value is none of its type, in Route 53's words: `ARRDATAIllegalIPv4Address (Value is not …)`. */
interface RecordDataProblem {
  readonly problem: string;
}

type Parsed = RecordData | RecordDataProblem;

const isIpv4 = (value: string): boolean => parseIpv4(value) !== undefined;
const isIpv6 = (value: string): boolean => /^[0-9a-f:.]+$/i.test(value) && URL.canParse(`http://[${value}]/`);

const invalidName = { problem: "InvalidDomainName (Value is not a valid domain name)" };
const badInteger = { problem: "InvalidInteger (Value is not an integer within the range of its field)" };
const wrongFields = (fields: string): RecordDataProblem => ({
  problem: `RRDATANotSingleField (Value should contain ${fields})`,
});

/** Without the final dot, as messages are encoded. */
const nameOf = (text: string): string | undefined => {
  const name = canonicalDomainName(text);
  return name === undefined ? undefined : name === "." ? "." : name.slice(0, -1);
};

const integer = (text: string | undefined, most: number): number | undefined => {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
};

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3}|.)/g, (_all, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : code,
  );

/** Character strings in quotation marks, blanks between them; undefined where that is not what they are. */
const characterStrings = (value: string): string[] | undefined => {
  const strings = [...value.matchAll(/"((?:[^"\\]|\\[\s\S])*)"\s*/gy)];
  const length = strings.reduce((sum, [all]) => sum + all.length, 0);
  return strings.length > 0 && length === value.length ? strings.map(([, text = ""]) => unescaped(text)) : undefined;
};

const single = (type: "CNAME" | "NS" | "PTR", value: string): Parsed => {
  const data = /\s/.test(value) ? undefined : nameOf(value);
  return data === undefined ? invalidName : { type, data };
};

const text = (value: string): Parsed => {
  const data = characterStrings(value);
  if (data === undefined) {
    return { problem: "InvalidCharacterString (Value should be enclosed in quotation marks)" };
  }
  return data.some((part) => part.length > 255)
    ? { problem: "CharacterStringTooLong (Value is too long)" }
    : { type: "TXT", data };
};

const mail = (value: string): Parsed => {
  const [priority, name, ...rest] = value.split(/\s+/);
  if (name === undefined || rest.length > 0) return wrongFields("a priority and a domain name");
  const [preference, exchange] = [integer(priority, 0xffff), nameOf(name)];
  if (preference === undefined) return badInteger;
  return exchange === undefined ? invalidName : { type: "MX", data: { preference, exchange } };
};

const service = (value: string): Parsed => {
  const [first, second, third, name, ...rest] = value.split(/\s+/);
  if (name === undefined || rest.length > 0) return wrongFields("a priority, a weight, a port and a domain name");
  const [priority, weight, port] = [integer(first, 0xffff), integer(second, 0xffff), integer(third, 0xffff)];
  if (priority === undefined || weight === undefined || port === undefined) return badInteger;
  const target = nameOf(name);
  return target === undefined ? invalidName : { type: "SRV", data: { priority, weight, port, target } };
};

const certification = (value: string): Parsed => {
  const [, first, tag, quoted] = /^(\d+)\s+([a-z0-9]+)\s+(".*")$/s.exec(value) ?? [];
  const flags = integer(first, 255);
  const content = characterStrings(quoted ?? "")?.[0];
  if (flags === undefined || content === undefined) return wrongFields("flags, a tag and a value in quotation marks");
  if (tag !== "issue" && tag !== "issuewild" && tag !== "iodef") {
    return { problem: "CAATagInvalid (Value has a tag that is none of issue, issuewild and iodef)" };
  }
  return { type: "CAA", data: { flags, tag, value: content, issuerCritical: (flags & 128) !== 0 } };
};

const authority = (value: string): Parsed => {
  const [first = "", second = "", ...numbers] = value.split(/\s+/);
  const [mname, rname] = [nameOf(first), nameOf(second)];
  if (mname === undefined || rname === undefined) return invalidName;
  const [serial, refresh, retry, expire, minimum, ...rest] = numbers.map((each) => integer(each, 0xffffffff));
  if (
    serial === undefined ||
    refresh === undefined ||
    retry === undefined ||
    expire === undefined ||
    minimum === undefined ||
    rest.length > 0
  ) {
    return wrongFields("two domain names and five integers");
  }
  return { type: "SOA", data: { mname, rname, serial, refresh, retry, expire, minimum } };
};

const pointer = (value: string): Parsed => {
  const parts = /^(\d+)\s+(\d+)\s+(".*?")\s+(".*?")\s+(".*?")\s+(\S+)$/s.exec(value);
  const [order, preference] = [integer(parts?.[1], 0xffff), integer(parts?.[2], 0xffff)];
  const [flags, services, regexp] = [3, 4, 5].map((index) => characterStrings(parts?.[index] ?? "")?.[0]);
  const replacement = nameOf(parts?.[6] ?? "");
  if (
    order === undefined ||
    preference === undefined ||
    flags === undefined ||
    services === undefined ||
    regexp === undefined ||
    replacement === undefined
  ) {
    return wrongFields("two integers, three character strings and a domain name");
  }
  return { type: "NAPTR", data: { order, preference, flags, services, regexp, replacement } };
};

/**
 * Reads a record's value as Route 53 writes it. Undefined for types that are not read, only kept.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
 */
export const parseRecordData = (type: string, value: string): Parsed | undefined => {
  switch (type) {
    case "A":
      return isIpv4(value)
        ? { type, data: value }
        : { problem: "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)" };
    case "AAAA":
      return isIpv6(value)
        ? { type, data: value }
        : { problem: "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)" };
    case "CNAME":
    case "NS":
    case "PTR":
      return single(type, value);
    case "TXT":
      return text(value);
    case "MX":
      return mail(value);
    case "SRV":
      return service(value);
    case "CAA":
      return certification(value);
    case "SOA":
      return authority(value);
    case "NAPTR":
      return pointer(value);
    default:
      return undefined;
  }
};
