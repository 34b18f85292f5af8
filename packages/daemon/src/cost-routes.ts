import { type CostGrouping, type CostQuery, CostQueryError, type Metering } from "@fleetless/control-plane";
import { type AccountId, accountId } from "@fleetless/kernel";
import { LocalApiError, type LocalRoute } from "./local-api.ts";

const fieldsOf = (body: unknown): ReadonlyMap<string, unknown> => {
  if (typeof body !== "object" || body === null) throw new LocalApiError(400, "The body must be an object");
  return new Map(Object.entries(body));
};

const textOf = (fields: ReadonlyMap<string, unknown>, name: string): string | undefined => {
  const value = fields.get(name);
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") throw new LocalApiError(400, `${name} must be a text`);
  return value;
};

const timeOf = (fields: ReadonlyMap<string, unknown>, name: string): number | undefined => {
  const value = fields.get(name);
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw new LocalApiError(400, `${name} must be milliseconds since the Unix epoch`);
  return value;
};

const groupingOf = (text: string): CostGrouping => {
  const [kind, ...rest] = text.split(":");
  const key = rest.join(":");
  if (kind === "tag" && key !== "") return { kind, key };
  switch (text) {
    case "cluster":
    case "service":
    case "family":
    case "day":
    case "task":
      return { kind: text };
    default:
      throw new LocalApiError(400, `Cost cannot be grouped by ${text}: cluster, service, family, task, day, tag:<key>`);
  }
};

const queryOf = (fields: ReadonlyMap<string, unknown>): CostQuery => ({
  from: timeOf(fields, "from"),
  to: timeOf(fields, "to"),
  priceRegion: textOf(fields, "priceRegion"),
  task: textOf(fields, "task"),
  accountId: accountIn(fields),
});

const accountIn = (fields: ReadonlyMap<string, unknown>): AccountId | undefined => {
  const value = textOf(fields, "accountId");
  if (value === undefined) return undefined;
  if (!/^\d{12}$/.test(value)) throw new LocalApiError(400, "An account's number has 12 digits");
  return accountId(value);
};

const placeOf = (value: unknown): { readonly startedAt: number; readonly id: string } | undefined => {
  if (value === undefined) return undefined;
  const fields = fieldsOf(value);
  const [startedAt, id] = [timeOf(fields, "startedAt"), textOf(fields, "id")];
  if (startedAt === undefined || id === undefined) throw new LocalApiError(400, "after must be {startedAt, id}");
  return { startedAt, id };
};

const priced = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof CostQueryError ? new LocalApiError(400, thrown.message) : thrown;
  }
};

/** What tasks would cost on AWS, for `fleetless cost`. */
export const costRoutes = (metering: Metering): readonly LocalRoute[] => [
  {
    method: "POST",
    pattern: /^\/cost\/report$/,
    answer: async (_parameters, body) => {
      const fields = fieldsOf(body);
      const by = groupingOf(textOf(fields, "by") ?? "cluster");
      return await priced(() => metering.report(by, queryOf(fields)));
    },
  },
  {
    method: "POST",
    pattern: /^\/cost\/line-items$/,
    answer: async (_parameters, body) => {
      const fields = fieldsOf(body);
      return await priced(() => metering.lineItems(queryOf(fields), placeOf(fields.get("after"))));
    },
  },
  {
    method: "POST",
    pattern: /^\/cost\/advice$/,
    answer: async (_parameters, body) => await priced(() => metering.advise(queryOf(fieldsOf(body)))),
  },
];
