import { isIPv4, isIPv6 } from "node:net";
import { canonicalDomainName } from "@fleetless/engine";
import { invalidInput } from "./errors.ts";

type Attributes = Readonly<Record<string, string>>;

const mostAttributes = 30;
const mostCharacters = 5_000;

/** What attributes with a meaning must hold. */
const checks: Readonly<Record<string, (value: string) => boolean>> = {
  AWS_INSTANCE_IPV4: isIPv4,
  AWS_INSTANCE_IPV6: isIPv6,
  AWS_INSTANCE_PORT: (value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535,
  AWS_INSTANCE_CNAME: (value) => canonicalDomainName(value) !== undefined,
  AWS_INIT_HEALTH_STATUS: (value) => value === "HEALTHY" || value === "UNHEALTHY",
};

/** The attributes of an instance. Throws InvalidInput. */
export const checkAttributes = (attributes: Attributes): Attributes => {
  const entries = Object.entries(attributes);
  if (entries.length > mostAttributes) throw invalidInput(`An instance can have at most ${mostAttributes} attributes.`);
  if (entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0) > mostCharacters) {
    throw invalidInput(`The attributes of an instance can have at most ${mostCharacters} characters in all.`);
  }
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 255 || !/^[\x21-\x7e]+$/.test(key)) {
      throw invalidInput(`Not the key of an attribute: ${key.slice(0, 255)}`);
    }
    if (value.length > 1_024) throw invalidInput(`The value of the attribute ${key} has more than 1024 characters.`);
    if (checks[key]?.(value) === false) throw invalidInput(`The value of the attribute ${key} is not valid: ${value}`);
  }
  for (const unsupported of ["AWS_ALIAS_DNS_NAME", "AWS_EC2_INSTANCE_ID"]) {
    if (attributes[unsupported] !== undefined) {
      throw invalidInput(`Fleetless does not support the attribute ${unsupported} yet.`);
    }
  }
  return attributes;
};

export const checkInstanceId = (id: string): string => {
  if (!/^[0-9a-zA-Z_/:.@-]{1,64}$/.test(id)) {
    throw invalidInput(`The instance id ${id.slice(0, 100)} must have 1 to 64 letters, digits or _ / : . @ -`);
  }
  return id;
};
