import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type AccountId, accountId, type Isolation, type LogLevel, type Region, region } from "@fleetless/kernel";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface ServeOptions {
  readonly dataDirectory: string;
  /** The URL of a PostgreSQL store, perhaps with its password: never to be shown. */
  readonly store: string | undefined;
  readonly listen: ListenAddress;
  readonly region: Region;
  readonly accountId: AccountId;
  readonly isolation: Isolation;
  readonly logLevel: LogLevel;
  readonly strict: boolean;
  readonly publicCidr: string | undefined;
  readonly containerdAddress: string | undefined;
  /** A file of policies that hold for everyone in the account. */
  readonly serviceControlPolicies: string | undefined;
  /** After how long without input and output a session in a container ends. */
  readonly sessionIdleMilliseconds: number;
  /** How many times over the machine's resources may be promised. */
  readonly overcommit: Overcommit;
  /** Packets that one task may send to its resolver and link-local services; EC2's number where undefined. */
  readonly linkLocalPacketsPerSecond: number | undefined;
}

interface Overcommit {
  readonly cpu: number;
  readonly memory: number;
  readonly storage: number;
}

export type DaemonCommand =
  | { readonly kind: "serve"; readonly options: ServeOptions }
  | { readonly kind: "purge"; readonly dataDirectory: string; readonly store: string | undefined }
  | {
      readonly kind: "restore";
      readonly dataDirectory: string;
      readonly file: string;
      /** Where the master key is, if it is not in the backup. */
      readonly key: string | undefined;
    }
  | {
      readonly kind: "doctor";
      readonly dataDirectory: string;
      readonly store: string | undefined;
      readonly listen: ListenAddress;
      readonly json: boolean;
    };

const isolations: readonly Isolation[] = ["auto", "gvisor", "runc"];
const logLevels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** An argument that cannot be meant. */
export class UsageError extends TypeError {
  override readonly name = "UsageError";
}

/**
 * What the arguments ask for; `store`, which may hold a password, comes by the environment. Throws a UsageError whose
 * message says which argument is wrong and what it may be.
 */
export const parseCommand = (args: readonly string[], store?: string): DaemonCommand => {
  try {
    return parse(args, store === "" ? undefined : store);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
};

const parse = (args: readonly string[], store: string | undefined): DaemonCommand => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "data-directory": { type: "string", default: "/var/lib/fleetless" },
      listen: { type: "string", default: "127.0.0.1:4566" },
      region: { type: "string", default: "us-east-1" },
      "account-id": { type: "string", default: "123456789012" },
      isolation: { type: "string", default: "auto" },
      "log-level": { type: "string", default: "info" },
      strict: { type: "boolean", default: false },
      "public-cidr": { type: "string" },
      containerd: { type: "string" },
      "service-control-policies": { type: "string" },
      "session-idle-seconds": { type: "string", default: "1200" },
      overcommit: { type: "string", default: "cpu=8,memory=1,storage=10" },
      "link-local-packets-per-second": { type: "string" },
      json: { type: "boolean", default: false },
      key: { type: "string" },
    },
  });
  const dataDirectory = resolve(values["data-directory"]);
  const listen = parseListen(values.listen);
  switch (positionals[0]) {
    case "purge":
      return { kind: "purge", dataDirectory, store };
    case "restore": {
      const [, file] = positionals;
      if (file === undefined) throw new TypeError("restore needs the file of a backup");
      return { kind: "restore", dataDirectory, file, key: values.key };
    }
    case "doctor":
      return { kind: "doctor", dataDirectory, store, listen, json: values.json };
    case "serve":
      return {
        kind: "serve",
        options: {
          dataDirectory,
          store,
          listen,
          region: region(values.region),
          accountId: accountId(values["account-id"]),
          isolation: oneOf("--isolation", isolations, values.isolation),
          logLevel: oneOf("--log-level", logLevels, values["log-level"]),
          strict: values.strict,
          publicCidr: values["public-cidr"],
          containerdAddress: values.containerd,
          serviceControlPolicies: values["service-control-policies"],
          sessionIdleMilliseconds: parseIdle(values["session-idle-seconds"]),
          overcommit: parseOvercommit(values.overcommit),
          linkLocalPacketsPerSecond: parsePackets(values["link-local-packets-per-second"]),
        },
      };
    default:
      throw new TypeError(`Unknown command ${positionals[0] ?? "(none)"}: it is serve, purge, restore or doctor`);
  }
};

const oneOf = <Value extends string>(option: string, values: readonly Value[], given: string): Value => {
  const found = values.find((value) => value === given);
  if (found === undefined) throw new TypeError(`${option} is ${values.join(", ")}, not ${given}`);
  return found;
};

const parseListen = (text: string): ListenAddress => {
  const match = /^(?:\[(?<v6>[0-9a-fA-F:]+)\]|(?<v4>[^:]+)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.port);
  const host = match?.groups?.v6 ?? match?.groups?.v4;
  if (host === undefined || !Number.isInteger(port) || port > 65_535) {
    throw new TypeError(`--listen is an address and a port such as 127.0.0.1:4566, not ${text}`);
  }
  return { host, port };
};

const parseIdle = (text: string): number => {
  const seconds = Number(text);
  if (!/^\d{1,6}$/.test(text) || seconds < 1) {
    throw new TypeError(`--session-idle-seconds is a number of seconds such as 1200, not ${text}`);
  }
  return seconds * 1_000;
};

const parsePackets = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const packets = Number(text);
  if (!/^\d{1,7}$/.test(text) || packets < 1) {
    throw new TypeError(`--link-local-packets-per-second is a number such as 1024, not ${text}`);
  }
  return packets;
};

/** `cpu=8,memory=1,storage=10`; what is left out is 1. */
const parseOvercommit = (text: string): Overcommit => {
  const factors = { cpu: 1, memory: 1, storage: 1 };
  for (const part of text.split(",")) {
    const [name = "", value = ""] = part.split("=");
    const factor = Number(value);
    if (!(name === "cpu" || name === "memory" || name === "storage") || !(factor > 0 && factor <= 1_000)) {
      throw new TypeError(`--overcommit is such as cpu=8,memory=1,storage=10, not ${text}`);
    }
    factors[name] = factor;
  }
  return factors;
};
