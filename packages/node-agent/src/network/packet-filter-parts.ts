import type { IpFamily, TableParts } from "@fleetless/engine";
import { tryCommand } from "../machine/run-command.ts";
import { namespacePath, vpcTable } from "./names.ts";

const outputLimit = 256 * 1024 * 1024;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const types = ["filter", "nat"] as const;
const hooks = ["prerouting", "input", "forward", "postrouting"] as const;

/** Undefined too where nothing of ours is hooked. */
const hookOf = (chain: Readonly<Record<string, unknown>>) => {
  const type = types.find((each) => each === chain.type);
  const hook = hooks.find((each) => each === chain.hook);
  if (type === undefined || hook === undefined || typeof chain.prio !== "number") return undefined;
  return { type, hook, priority: chain.prio };
};

/** What the packet filter's table of a family has in a namespace; undefined where there is none. */
export const listTableParts = async (namespace: string, family: IpFamily): Promise<TableParts | undefined> => {
  const within = `--net=${namespacePath(namespace)}`;
  const table = [family === "ipv4" ? "inet" : "ip6", vpcTable];
  const listing = await tryCommand("nsenter", [within, "nft", "-j", "-t", "list", "table", ...table], { outputLimit });
  if (listing.exitCode !== 0) return undefined;
  const parsed: unknown = JSON.parse(listing.stdout);
  const items = isObject(parsed) && Array.isArray(parsed.nftables) ? parsed.nftables : [];
  const objects = (kind: string) =>
    items.flatMap((item: unknown) => {
      const object = isObject(item) && isObject(item[kind]) ? item[kind] : {};
      return typeof object.name === "string" ? [{ ...object, name: object.name }] : [];
    });
  const named = (kind: string): readonly string[] => objects(kind).map(({ name }) => name);
  return {
    chains: new Map(objects("chain").map((chain) => [chain.name, hookOf(chain)])),
    maps: named("map"),
    sets: named("set"),
  };
};
