import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { type DetailedPeerCertificate, TLSSocket } from "node:tls";
import { messageOf } from "@fleetless/kernel";
import { createLocalJWKSet, type JWTVerifyGetKey } from "jose";
import { idpCommunicationError } from "../errors.ts";

/** An identity provider as its keys are fetched. */
export interface Issuer {
  /** Without its scheme. */
  readonly url: string;
  readonly scheme: "https:" | "http:";
  /** SHA-1 of certificates that count beside the well-known authorities, in hexadecimal. */
  readonly thumbprints: readonly string[];
}

const longestDocument = 256 * 1024;
const timeoutMilliseconds = 5_000;
/** Keys are fetched again after so long, in milliseconds, and for a key that is not among them after so short. */
const lifetime = 5 * 60_000;
const shortLifetime = 5_000;
const remembered = 256;

/** The public keys of identity providers, by their discovery documents (OpenID Connect Discovery 1.0, section 4). */
export class IssuerKeys {
  readonly #known = new Map<string, { readonly fetchedAt: number; readonly keys: JWTVerifyGetKey }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws IDPCommunicationError where the provider does not answer. `isRetry` fetches keys anew. */
  async of(issuer: Issuer, isRetry: boolean): Promise<JWTVerifyGetKey> {
    const id = `${issuer.scheme}//${issuer.url}`;
    const known = this.#known.get(id);
    const age = known === undefined ? Number.POSITIVE_INFINITY : this.#now() - known.fetchedAt;
    if (known !== undefined && age < (isRetry ? shortLifetime : lifetime)) return known.keys;
    const keys = await fetchKeys(issuer);
    if (this.#known.size >= remembered) this.#known.clear();
    this.#known.set(id, { fetchedAt: this.#now(), keys });
    return keys;
  }
}

const fetchKeys = async (issuer: Issuer): Promise<JWTVerifyGetKey> => {
  const base = `${issuer.scheme}//${issuer.url}`;
  try {
    const discovery = await getJson(new URL(`${base}/.well-known/openid-configuration`), issuer);
    const { jwks_uri: location } = discovery;
    if (typeof location !== "string" || !URL.canParse(location))
      throw new Error("the discovery document has no jwks_uri");
    const jwksUrl = new URL(location);
    if (jwksUrl.protocol !== issuer.scheme) throw new Error(`jwks_uri is not ${issuer.scheme}`);
    const { keys } = await getJson(jwksUrl, issuer);
    if (!Array.isArray(keys)) throw new Error("the JSON Web Key Set has no keys");
    return createLocalJWKSet({ keys: keys.filter((key) => typeof key === "object" && key !== null) });
  } catch (thrown) {
    throw idpCommunicationError(base, messageOf(thrown));
  }
};

const getJson = async (url: URL, issuer: Issuer): Promise<Readonly<Record<string, unknown>>> => {
  const parsed: unknown = JSON.parse(await get(url, issuer));
  if (typeof parsed !== "object" || parsed === null) throw new Error(`${url.href} holds no JSON object`);
  return { ...parsed };
};

const get = (url: URL, issuer: Issuer): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { timeout: timeoutMilliseconds, headers: { accept: "application/json" }, agent: false };
    // Whether the certificate is good is decided by `checkCertificate`, for thumbprints count too.
    const request =
      url.protocol === "https:"
        ? httpsRequest(url, { ...options, rejectUnauthorized: false })
        : httpRequest(url, options);
    request.on("timeout", () => request.destroy(new Error(`${url.href} did not answer in time`)));
    request.on("error", reject);
    request.on("response", (response) => {
      const problem = checkCertificate(response.socket, issuer);
      if (problem !== undefined) {
        request.destroy(new Error(problem));
        return;
      }
      if (response.statusCode !== 200) {
        request.destroy(new Error(`${url.href} answered ${response.statusCode}`));
        return;
      }
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > longestDocument) request.destroy(new Error(`${url.href} is longer than ${longestDocument} bytes`));
        else chunks.push(chunk);
      });
      response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
      response.on("error", reject);
    });
    request.end();
  });

const checkCertificate = (socket: unknown, { thumbprints }: Issuer): string | undefined => {
  if (!(socket instanceof TLSSocket) || socket.authorized) return undefined;
  const seen = new Set<string>();
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (certificate?.fingerprint !== undefined && !seen.has(certificate.fingerprint)) {
    seen.add(certificate.fingerprint);
    certificate = certificate.issuerCertificate;
  }
  const fingerprints = [...seen].map((fingerprint) => fingerprint.replaceAll(":", "").toLowerCase());
  if (fingerprints.some((fingerprint) => thumbprints.includes(fingerprint))) return undefined;
  return "its certificate is of no known authority, and none of the provider's thumbprints is its";
};
