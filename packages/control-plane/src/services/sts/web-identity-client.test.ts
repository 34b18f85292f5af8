import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../../testing/served-control-plane.ts";
import { type IdentityProvider, openIdentityProvider } from "./testing/identity-provider.ts";
import { verifyIdentityToken } from "./web-identity/identity-token.ts";
import { IssuerKeys } from "./web-identity/issuer-keys.ts";

const account = "123456789012";
const RoleArn = `arn:aws:iam::${account}:role/deployer`;
const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("AssumeRoleWithWebIdentity", () => {
  let served: ServedControlPlane;
  let provider: IdentityProvider;
  let iam: IAMClient;
  let sts: STSClient;
  let url = "";
  beforeAll(async () => {
    served = await serveControlPlane();
    provider = await openIdentityProvider();
    iam = new IAMClient({ ...served.clientSettings, maxAttempts: 1 });
    const { credentials: _credentials, ...unsigned } = served.clientSettings;
    sts = new STSClient({ ...unsigned, maxAttempts: 1 });
    url = provider.issuer.replace("http://", "");
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url: provider.issuer, ClientIDList: ["ci"] }));
    const trust = document({
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${url}` },
      Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
      Condition: { StringEquals: { [`${url}:aud`]: "ci" }, StringLike: { [`${url}:sub`]: "repo:team/*" } },
    });
    await iam.send(new CreateRoleCommand({ RoleName: "deployer", AssumeRolePolicyDocument: trust }));
    const PolicyDocument = document({
      Effect: "Allow",
      Action: "iam:ListUsers",
      Resource: "*",
      Condition: {
        StringEquals: {
          "aws:PrincipalTag/team": "blue",
          "aws:FederatedProvider": `arn:aws:iam::${account}:oidc-provider/${url}`,
        },
      },
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: "deployer", PolicyName: "p", PolicyDocument }));
  });
  afterAll(async () => {
    iam.destroy();
    sts.destroy();
    await provider.close();
    await served.close();
  });
  const assume = (WebIdentityToken: string, more: object = {}) =>
    sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "build", WebIdentityToken, ...more }));
  const claims = { sub: "repo:team/web", aud: "ci" };

  it("gives keys for a token of the provider, without any key of AWS's", async () => {
    const tags = { principal_tags: { team: ["blue"] }, transitive_tag_keys: ["team"] };
    const token = await provider.token({ ...claims, "https://aws.amazon.com/tags": tags });
    const answer = await assume(token, { DurationSeconds: 900 });
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: "repo:team/web",
      Audience: "ci",
      Provider: `arn:aws:iam::${account}:oidc-provider/${url}`,
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/deployer/build` },
    });
    const credentials = {
      accessKeyId: answer.Credentials?.AccessKeyId ?? "",
      secretAccessKey: answer.Credentials?.SecretAccessKey ?? "",
      sessionToken: answer.Credentials?.SessionToken ?? "",
    };
    const asRole = new STSClient({ ...served.clientSettings, credentials });
    expect((await asRole.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      `arn:aws:sts::${account}:assumed-role/deployer/build`,
    );
    const iamAsRole = new IAMClient({ ...served.clientSettings, credentials });
    expect((await iamAsRole.send(new ListUsersCommand({}))).Users).toEqual([]);
    asRole.destroy();
    iamAsRole.destroy();
  });

  it("refuses tokens that prove nothing", async () => {
    const refused = async (token: string, name: string, message: string) =>
      expect(assume(token)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    await refused("not-a-token", "InvalidIdentityTokenException", "not a valid JWT");
    await refused(await provider.token(claims, { expiresInSeconds: -60 }), "ExpiredTokenException", "Token expired");
    await refused(
      await provider.token({ ...claims, aud: "other" }),
      "InvalidIdentityTokenException",
      "Incorrect token audience",
    );
    await refused(
      await provider.token({ ...claims, sub: "repo:stranger/web" }),
      "AccessDenied",
      "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
    await refused(
      await provider.token(claims, { issuer: "https://other.example.com" }),
      "InvalidIdentityTokenException",
      "No OpenIDConnect provider found in your account for https://other.example.com",
    );
    const [header, , signature] = (await provider.token(claims)).split(".");
    const forged = Buffer.from(
      JSON.stringify({ ...claims, iss: provider.issuer, iat: 1, exp: 4_000_000_000 }),
    ).toString("base64url");
    await refused(
      `${header}.${forged}.${signature}`,
      "InvalidIdentityTokenException",
      "The signature of the token is not valid",
    );
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    await refused(`${none}.${forged}.`, "InvalidIdentityTokenException", "not valid");
    await expect(assume(await provider.token(claims), { DurationSeconds: 43_200 })).rejects.toMatchObject({
      message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    });
  });

  it("asks a provider for its keys once", async () => {
    await assume(await provider.token(claims));
    const before = provider.fetches();
    await assume(await provider.token(claims));
    expect(provider.fetches()).toBe(before);
  });

  it("asks again when a provider signs with another key, but not at every call", async () => {
    const rotating = await openIdentityProvider();
    let now = 0;
    const keys = new IssuerKeys(() => now);
    const issuer = {
      url: rotating.issuer.replace("http://", ""),
      scheme: "http:",
      thumbprints: [],
      clientIds: ["ci"],
    } as const;
    const verify = async () => verifyIdentityToken(await rotating.token(claims), issuer, keys, Date.now());
    try {
      expect((await verify()).subject).toBe("repo:team/web");
      await rotating.rotate();
      await expect(verify()).rejects.toMatchObject({ code: "InvalidIdentityToken" });
      expect(rotating.fetches()).toBe(1);
      now = 6_000;
      expect((await verify()).subject).toBe("repo:team/web");
      expect(rotating.fetches()).toBe(2);
    } finally {
      await rotating.close();
    }
  });

  it("says that a provider does not answer", async () => {
    const gone = await openIdentityProvider();
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url: gone.issuer, ClientIDList: ["ci"] }));
    const token = await gone.token(claims);
    await gone.close();
    await expect(assume(token)).rejects.toMatchObject({ name: "IDPCommunicationErrorException" });
  });

  it("takes a certificate of no known authority by its thumbprint alone", async () => {
    const directory = mkdtempSync(join(tmpdir(), "fleetless-oidc-"));
    const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert];
    execFileSync("openssl", [...request, ...subject], { stdio: "ignore" });
    const pem = readFileSync(cert, "utf8");
    const secured = await openIdentityProvider({ key: readFileSync(key, "utf8"), cert: pem });
    try {
      const create = (ThumbprintList: string[]) =>
        iam.send(new CreateOpenIDConnectProviderCommand({ Url: secured.issuer, ClientIDList: ["ci"], ThumbprintList }));
      const { OpenIDConnectProviderArn } = await create(["0".repeat(40)]);
      await expect(assume(await secured.token(claims))).rejects.toMatchObject({
        name: "IDPCommunicationErrorException",
        message: expect.stringContaining("none of the provider's thumbprints"),
      });
      await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
      await create([new X509Certificate(pem).fingerprint.replaceAll(":", "").toLowerCase()]);
      // The certificate counts now; this provider is none that the role trusts.
      await expect(assume(await secured.token(claims))).rejects.toMatchObject({ name: "AccessDenied" });
    } finally {
      await secured.close();
      rmSync(directory, { recursive: true });
    }
  });
});
