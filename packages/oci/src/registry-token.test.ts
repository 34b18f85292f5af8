import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authorise, parseChallenge } from "./registry-token.ts";

describe("parseChallenge", () => {
  it.each([
    [
      'Bearer realm="https://a/t",service="s",scope="x:y:z"',
      { scheme: "bearer", parameters: { realm: "https://a/t", service: "s", scope: "x:y:z" } },
    ],
    ['Basic realm="a \\"quoted\\" word"', { scheme: "basic", parameters: { realm: 'a "quoted" word' } }],
    ["basic", { scheme: "basic", parameters: {} }],
    ["Digest realm=x", undefined],
  ])("reads %s", (header, expected) => expect(parseChallenge(header)).toEqual(expected));

  it("takes any text", () => {
    fc.assert(fc.property(fc.string(), (header) => void parseChallenge(header)));
  });
});

describe("authorise", () => {
  const bearer = { scheme: "bearer" as const, parameters: { realm: "https://auth/token", service: "here" } };
  it("asks the token service for this repository alone, with the credentials", async () => {
    const asked: string[] = [];
    const header = await authorise(bearer, "a/b", { username: "u", password: "p" }, async (url, headers) => {
      asked.push(url.href, headers.authorization ?? "");
      return '{"access_token":"t"}';
    });
    expect(header).toBe("Bearer t");
    expect(asked).toEqual(["https://auth/token?service=here&scope=repository%3Aa%2Fb%3Apull", "Basic dTpw"]);
  });
  it("has no answer to a basic challenge without credentials, or to a service that gives no token", async () => {
    const none = async (): Promise<string> => "{}";
    await expect(authorise({ scheme: "basic", parameters: {} }, "a", undefined, none)).rejects.toThrow(
      "no basic auth credentials",
    );
    await expect(authorise(bearer, "a", undefined, none)).rejects.toThrow("did not include a token");
  });
});
