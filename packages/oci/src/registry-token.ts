export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Challenge {
  readonly scheme: "basic" | "bearer";
  readonly parameters: Readonly<Record<string, string>>;
}

/** The first Bearer or Basic challenge of a WWW-Authenticate header. RFC 9110, section 11.6.1 */
export const parseChallenge = (header: string): Challenge | undefined => {
  const start = /(?:^|,\s*)(bearer|basic)(?:\s+|$)/i.exec(header.slice(0, 4096));
  if (start === null) return undefined;
  const rest = header.slice(start.index + start[0].length, 4096);
  const parameters: Record<string, string> = {};
  for (const [, name = "", quoted, plain] of rest.matchAll(/([a-z_]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi))
    parameters[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
  return { scheme: start[1]?.toLowerCase() === "basic" ? "basic" : "bearer", parameters };
};

const basic = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

/**
 * The Authorization header that answers a challenge. `get` fetches from the token service.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export const authorise = async (
  challenge: Challenge,
  repository: string,
  credentials: Credentials | undefined,
  get: (url: URL, headers: Readonly<Record<string, string>>) => Promise<string>,
): Promise<string> => {
  if (challenge.scheme === "basic") {
    if (credentials === undefined) throw new Error("no basic auth credentials");
    return basic(credentials);
  }
  const { realm, service } = challenge.parameters;
  if (realm === undefined || !URL.canParse(realm)) throw new Error("the registry's challenge names no token service");
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", `repository:${repository}:pull`);
  const text = await get(url, credentials === undefined ? {} : { authorization: basic(credentials) });
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error("the token service's answer is not JSON");
  }
  const fields: Readonly<Record<string, unknown>> = typeof answer === "object" && answer !== null ? { ...answer } : {};
  const token = fields.token ?? fields.access_token;
  if (typeof token !== "string" || token === "")
    throw new Error("authorization server did not include a token in the response");
  return `Bearer ${token}`;
};
