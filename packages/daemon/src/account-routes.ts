import { AccountError, type Accounts } from "@fleetless/control-plane";
import { LocalApiError, type LocalRoute } from "./local-api.ts";

const numberIn = (body: unknown): string | undefined => {
  if (typeof body !== "object" || body === null || !("accountId" in body) || body.accountId === undefined)
    return undefined;
  if (typeof body.accountId !== "string") throw new LocalApiError(400, "accountId must be a text");
  return body.accountId;
};

/** The accounts of the instance, for `fleetless account`. */
export const accountRoutes = (accounts: Accounts): readonly LocalRoute[] => [
  {
    method: "GET",
    pattern: /^\/accounts$/,
    answer: () => accounts.list(),
  },
  {
    method: "POST",
    pattern: /^\/accounts$/,
    answer: async (_parameters, body) => {
      try {
        return await accounts.create(numberIn(body));
      } catch (thrown) {
        throw thrown instanceof AccountError ? new LocalApiError(409, thrown.message) : thrown;
      }
    },
  },
  {
    method: "GET",
    pattern: /^\/accounts\/(?<account>\d{12})\/root-access-key$/,
    answer: async ({ account = "" }) => {
      const key = await accounts.rootAccessKey(account);
      if (key === undefined) throw new LocalApiError(404, `There is no account ${account}`);
      return key;
    },
  },
];
