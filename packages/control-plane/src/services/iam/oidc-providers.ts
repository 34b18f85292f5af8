import type { Call } from "../../gateway/call.ts";
import type { Authorisation } from "../../gateway/operation.ts";
import type { ReadTransaction } from "../../state/store.ts";
import { type OidcProviderRecord, oidcProviders } from "./collections.ts";
import type { IamDependencies } from "./dependencies.ts";
import { clientIdLimit, invalidInput, oidcProviderNotFound, validationError } from "./errors.ts";
import { resourceTagKeys } from "./permissions.ts";
import { entityKey } from "./repository.ts";
import { present } from "./validation.ts";

const mostClientIds = 100;
const mostThumbprints = 5;

/** `token.example.com/path` of `arn:aws:iam::<account>:oidc-provider/token.example.com/path`. */
const urlOfArn = (arn: string): string => arn.slice(arn.indexOf("/") + 1);

const findOidcProvider = async (
  transaction: ReadTransaction,
  accountId: string,
  arn: string,
): Promise<OidcProviderRecord | undefined> => {
  const provider = await transaction.get(oidcProviders, entityKey(accountId, urlOfArn(arn)));
  return provider?.arn === arn ? provider : undefined;
};

/** The provider whose tokens name this issuer. */
export const findOidcProviderByIssuer = async (
  transaction: ReadTransaction,
  accountId: string,
  issuer: string,
): Promise<OidcProviderRecord | undefined> => {
  const url = issuer.replace(/^https?:\/\//, "").replace(/\/$/, "");
  const provider = await transaction.get(oidcProviders, entityKey(accountId, url));
  return provider?.url === url ? provider : undefined;
};

export const requireOidcProvider = async (
  transaction: ReadTransaction,
  accountId: string,
  arn: string | undefined,
): Promise<OidcProviderRecord> => {
  const wanted = present(arn, "openIDConnectProviderArn");
  if (!/^arn:aws:iam::\d{12}:oidc-provider\/.+$/.test(wanted)) throw invalidInput(`Invalid ARN: ${wanted}`);
  const provider = await findOidcProvider(transaction, accountId, wanted);
  if (provider === undefined) throw oidcProviderNotFound(wanted);
  return provider;
};

export const changeOidcProvider = (
  { store }: IamDependencies,
  call: Call,
  arn: string | undefined,
  change: (provider: OidcProviderRecord) => OidcProviderRecord,
): Promise<void> =>
  store.transaction(async (transaction) => {
    const provider = await requireOidcProvider(transaction, call.accountId, arn);
    transaction.put(oidcProviders, entityKey(call.accountId, provider.url), change(provider));
  });

export const listProviders = async (
  transaction: ReadTransaction,
  accountId: string,
): Promise<readonly OidcProviderRecord[]> =>
  (await transaction.list(oidcProviders, { prefix: `${accountId}/` })).map(({ document }) => document);

/**
 * The parts of a provider's URL. AWS takes https alone; http is taken here for loopback, so that a token's issuer can
 * be tried out on one machine.
 */
export const checkProviderUrl = (value: string | undefined): Pick<OidcProviderRecord, "url" | "scheme"> => {
  const text = present(value, "url");
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal =
    parsed?.protocol === "http:" && /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(parsed.hostname);
  if (parsed === undefined || text.length > 255 || (parsed.protocol !== "https:" && !isLocal)) {
    throw validationError("Invalid Open ID Connect Provider URL");
  }
  if (parsed.search !== "" || parsed.hash !== "" || parsed.username !== "") {
    throw validationError("Invalid Open ID Connect Provider URL");
  }
  const scheme = parsed.protocol === "https:" ? "https:" : "http:";
  return { url: text.slice(text.indexOf("//") + 2).replace(/\/$/, ""), scheme };
};

export const checkClientIds = (values: readonly string[]): readonly string[] => {
  for (const id of values) {
    if (id.length < 1 || id.length > 255) {
      throw validationError(
        `1 validation error detected: Value '${id}' at 'clientID' failed to satisfy constraint: Member must have length between 1 and 255, inclusive`,
      );
    }
  }
  const unique = [...new Set(values)];
  if (unique.length > mostClientIds) throw clientIdLimit();
  return unique;
};

export const checkThumbprints = (values: readonly string[]): readonly string[] => {
  if (values.length > mostThumbprints) throw invalidInput("Thumbprint list must contain fewer than 5 entries.");
  for (const thumbprint of values) {
    if (!/^[0-9a-f]{40}$/i.test(thumbprint)) {
      throw validationError(
        thumbprint.length === 40
          ? "Thumbprint contains invalid characters"
          : `1 validation error detected: Value '${thumbprint}' at 'thumbprintList' failed to satisfy constraint: Member must have length equal to 40`,
      );
    }
  }
  return values.map((thumbprint) => thumbprint.toLowerCase());
};

/** An action on the provider that the input names. */
export const onOidcProvider = (
  action: string,
): Authorisation<{ readonly OpenIDConnectProviderArn: string | undefined }, IamDependencies> => ({
  kind: "permissions",
  permissions: async (input, call, { store }) => {
    const arn = input.OpenIDConnectProviderArn ?? "";
    const provider = await store.read((transaction) => findOidcProvider(transaction, call.accountId, arn));
    return [{ action, resources: [arn], conditionKeys: resourceTagKeys(provider?.tags ?? []) }];
  },
});
