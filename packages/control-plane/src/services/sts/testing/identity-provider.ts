import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export interface IdentityProvider {
  /** With its scheme. */
  readonly issuer: string;
  /** How often its keys were asked for. */
  readonly fetches: () => number;
  token(
    claims: JWTPayload,
    options?: { readonly issuer?: string; readonly expiresInSeconds?: number },
  ): Promise<string>;
  /** Signs with another key from now on, as providers do. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

/** An OpenID Connect provider on loopback: discovery document, keys, and tokens signed by them. */
export const openIdentityProvider = async (tls?: {
  readonly key: string;
  readonly cert: string;
}): Promise<IdentityProvider> => {
  let generation = 0;
  let pair = await generateKeyPair("RS256");
  let fetched = 0;
  const answer = async (path: string | undefined, issuer: string): Promise<object | undefined> => {
    if (path === "/.well-known/openid-configuration") return { issuer, jwks_uri: `${issuer}/keys` };
    if (path !== "/keys") return undefined;
    fetched += 1;
    return { keys: [{ ...(await exportJWK(pair.publicKey)), kid: `key-${generation}`, alg: "RS256", use: "sig" }] };
  };
  let issuer = "";
  const listener = async (
    request: { url?: string | undefined },
    response: { writeHead(status: number): void; end(body: string): void },
  ) => {
    const found = await answer(request.url, issuer);
    response.writeHead(found === undefined ? 404 : 200);
    response.end(JSON.stringify(found ?? {}));
  };
  const server: Server =
    tls === undefined
      ? createServer((request, response) => void listener(request, response))
      : createTlsServer({ ...tls }, (request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  issuer = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  return {
    issuer,
    fetches: () => fetched,
    token: (claims, options = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: `key-${generation}` })
        .setIssuedAt()
        .setIssuer(options.issuer ?? issuer)
        .setExpirationTime(Math.floor(Date.now() / 1000) + (options.expiresInSeconds ?? 600))
        .sign(pair.privateKey),
    rotate: async () => {
      generation += 1;
      pair = await generateKeyPair("RS256");
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
