import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import { expiredIdentityToken, invalidIdentityToken } from "../errors.ts";
import type { Issuer, IssuerKeys } from "./issuer-keys.ts";

/** What a token says of who bears it. */
export interface WebIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
}

/** AWS's list; none of them is symmetric, so that a public key never counts as a secret. */
const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

/** The issuer that a token names, before anything of it is proved. Throws InvalidIdentityToken. */
export const claimedIssuer = (token: string): string => {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss === "string" && iss !== "") return iss;
  } catch {
    throw invalidIdentityToken(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
  }
  throw invalidIdentityToken("Missing a required claim: iss");
};

/**
 * Proves a token: its signature by the provider's keys, its time, its issuer and that it is for one of the provider's
 * clients. Throws InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError.
 */
export const verifyIdentityToken = async (
  token: string,
  issuer: Issuer & { readonly clientIds: readonly string[] },
  keys: IssuerKeys,
  now: number,
): Promise<WebIdentity> => {
  const payload = await verify(token, issuer, keys, now);
  const { iss = "", sub, aud, azp } = payload;
  if (sub === undefined) throw invalidIdentityToken("Missing a required claim: sub");
  const audiences = typeof azp === "string" ? [azp] : [aud ?? []].flat();
  const audience = audiences.find((named) => issuer.clientIds.includes(named));
  if (audience === undefined) throw invalidIdentityToken("Incorrect token audience");
  return { issuer: iss, subject: sub, audience, ...sessionClaims(payload) };
};

const verify = async (token: string, issuer: Issuer, keys: IssuerKeys, now: number): Promise<JWTPayload> => {
  const options = { algorithms, currentDate: new Date(now), requiredClaims: ["exp", "iat"] };
  for (const isRetry of [false, true]) {
    try {
      const { payload } = await jwtVerify(token, await keys.of(issuer, isRetry), options);
      return payload;
    } catch (thrown) {
      // A provider that changed its keys signs with one that was not known yet.
      if (thrown instanceof errors.JWKSNoMatchingKey && !isRetry) continue;
      if (thrown instanceof errors.JWTExpired) throw expiredIdentityToken(now, Number(thrown.payload.exp));
      if (thrown instanceof errors.JOSEError) throw invalidIdentityToken(problemOf(thrown));
      throw thrown;
    }
  }
  throw invalidIdentityToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
};

const problemOf = (thrown: errors.JOSEError): string => {
  if (thrown instanceof errors.JWSSignatureVerificationFailed) return "The signature of the token is not valid";
  if (thrown instanceof errors.JWKSNoMatchingKey) {
    return "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
  }
  return `The ID Token provided is not valid: ${thrown.message}`;
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp */
const sessionClaims = (payload: JWTPayload): Pick<WebIdentity, "tags" | "transitiveTagKeys" | "sourceIdentity"> => {
  const claim = payload["https://aws.amazon.com/tags"];
  const tags = new Map<string, string>();
  let transitiveTagKeys: readonly string[] = [];
  if (typeof claim === "object" && claim !== null) {
    const { principal_tags: given, transitive_tag_keys: transitive }: Record<string, unknown> = { ...claim };
    for (const [key, value] of Object.entries(typeof given === "object" && given !== null ? given : {})) {
      const [first] = [value].flat();
      if (typeof first === "string") tags.set(key, first);
    }
    if (Array.isArray(transitive))
      transitiveTagKeys = transitive.filter((key) => typeof key === "string" && tags.has(key));
  }
  const sourceIdentity = payload["https://aws.amazon.com/source_identity"];
  return {
    tags: Object.fromEntries(tags),
    transitiveTagKeys,
    sourceIdentity: typeof sourceIdentity === "string" ? sourceIdentity : undefined,
  };
};
