import { beforeAll, describe, expect, test } from "vitest";
import {
  digestOf,
  dockerManifest,
  emptyConfiguration,
  errorOf,
  indexOf,
  manifestOf,
  ociIndex,
  ociManifest,
  subjectOf,
} from "./registry-client.ts";
import { make, registry, served } from "./served-registry.ts";

beforeAll(async () => {
  for (const name of ["team/app", "other"]) await make(name);
});

describe("who may come in", () => {
  test("no login is answered with a Basic challenge, as ECR does it", async () => {
    const response = await fetch(`${served.endpoint}/v2/`);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe(
      `Basic realm="http://${served.host}/",service="ecr.amazonaws.com"`,
    );
    expect(await errorOf(response)).toEqual({ code: "UNAUTHORIZED", message: "Not Authorized" });
  });

  test.each(["AWS:nonsense", "someone:nonsense", "AWS:"])("the login %s is refused", async (login) => {
    const authorization = `Basic ${Buffer.from(login).toString("base64")}`;
    expect((await fetch(`${served.endpoint}/v2/`, { headers: { authorization } })).status).toBe(401);
  });

  test("the login of GetAuthorizationToken is let in", async () => {
    const response = await registry.send("GET", "/v2/");
    expect(response.status).toBe(200);
    expect(response.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
  });

  test("a request that is signed for AWS is none of the registry's", async () => {
    const headers = { authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/apigateway/aws4_request" };
    const response = await fetch(`${served.endpoint}/v2/apis`, { headers });
    expect(response.headers.get("docker-distribution-api-version")).toBeNull();
  });
});

describe("manifests", () => {
  test("are pushed under a tag and pulled by tag and by digest, byte for byte", async () => {
    const manifest = await registry.pushImage("team/app", "v1", ["layer one", "layer two"]);
    for (const reference of ["v1", digestOf(manifest)]) {
      const response = await registry.send("GET", `/v2/team/app/manifests/${reference}`);
      expect(response.headers.get("content-type")).toBe(ociManifest);
      expect(response.headers.get("docker-content-digest")).toBe(digestOf(manifest));
      expect(await response.text()).toBe(manifest);
      const head = await registry.send("HEAD", `/v2/team/app/manifests/${reference}`);
      expect([head.status, head.headers.get("content-length")]).toEqual([200, String(Buffer.byteLength(manifest))]);
    }
  });

  test("whose layers are not there are refused", async () => {
    const response = await registry.putManifest("team/app", "v2", manifestOf(["never pushed"]));
    expect([response.status, (await errorOf(response)).code]).toEqual([400, "MANIFEST_BLOB_UNKNOWN"]);
  });

  test.each([
    ["not JSON", "nonsense", ociManifest],
    ["another type than is said", manifestOf([]), dockerManifest],
    ["schema 1", '{"schemaVersion":1}', "application/vnd.docker.distribution.manifest.v1+json"],
    ["of an unknown type", "{}", "text/plain"],
  ])("that are %s are refused", async (_what, manifest, mediaType) => {
    const response = await registry.putManifest("team/app", "bad", manifest, mediaType);
    expect([response.status, (await errorOf(response)).code]).toEqual([400, "MANIFEST_INVALID"]);
  });

  test("that are too large are refused", async () => {
    const response = await registry.putManifest("team/app", "large", " ".repeat(4 * 1024 * 1024 + 1));
    expect(response.status).toBe(413);
  });

  test("under a digest that is not theirs are refused", async () => {
    await registry.pushBlob("team/app", emptyConfiguration);
    const response = await registry.putManifest("team/app", digestOf("x"), manifestOf([]));
    expect([response.status, (await errorOf(response)).code]).toEqual([400, "DIGEST_INVALID"]);
  });

  test("of several platforms are pushed after what they name, and hold it", async () => {
    const one = await registry.pushImage("team/app", digestOf(manifestOf(["arm"])), ["arm"]);
    const index = indexOf([one]);
    expect((await registry.putManifest("other", "multi", index, ociIndex)).status).toBe(400);
    expect((await registry.putManifest("team/app", "multi", index, ociIndex)).status).toBe(201);
    expect((await registry.send("GET", "/v2/team/app/manifests/multi")).headers.get("content-type")).toBe(ociIndex);
    expect((await registry.send("DELETE", `/v2/team/app/manifests/${digestOf(one)}`)).status).toBe(405);
  });

  test("lose a tag, and go by their digest", async () => {
    const manifest = await registry.pushImage("team/app", "gone", ["going"]);
    expect((await registry.send("DELETE", "/v2/team/app/manifests/gone")).status).toBe(202);
    expect((await registry.send("GET", "/v2/team/app/manifests/gone")).status).toBe(404);
    expect((await registry.send("GET", `/v2/team/app/manifests/${digestOf(manifest)}`)).status).toBe(200);
    expect((await registry.send("DELETE", `/v2/team/app/manifests/${digestOf(manifest)}`)).status).toBe(202);
    const response = await registry.send("GET", `/v2/team/app/manifests/${digestOf(manifest)}`);
    expect([response.status, (await errorOf(response)).code]).toEqual([404, "MANIFEST_UNKNOWN"]);
  });
});

describe("lists", () => {
  test("of tags come in order and page by page", async () => {
    await registry.pushImage("other", "b", ["listed"]);
    for (const tag of ["a", "c", "B", "z-1"]) await registry.putManifest("other", tag, manifestOf(["listed"]));
    const seen: string[] = [];
    for (let path: string | undefined = "/v2/other/tags/list?n=2"; path !== undefined; ) {
      const response: Response = await registry.send("GET", path);
      const page = (await response.json()) as { tags: string[] };
      expect(page.tags.length).toBeLessThanOrEqual(2);
      seen.push(...page.tags);
      path = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    }
    expect(seen).toEqual(["B", "a", "b", "c", "z-1"]);
    const after = await registry.send("GET", "/v2/other/tags/list?last=b");
    expect(await after.json()).toEqual({ name: "other", tags: ["c", "z-1"] });
    expect((await registry.send("GET", "/v2/other/tags/list?n=x")).status).toBe(400);
  });

  test("of repositories", async () => {
    expect(await (await registry.send("GET", "/v2/_catalog")).json()).toEqual({ repositories: ["other", "team/app"] });
  });

  test("of referrers name what is about an image, by kind", async () => {
    const image = await registry.pushImage("team/app", "signed", ["subject"]);
    const about = async (artifactType: string): Promise<string> => {
      const manifest = manifestOf([], { artifactType, annotations: { made: "by hand" }, ...subjectOf(image) });
      const response = await registry.putManifest("team/app", digestOf(manifest), manifest);
      expect([response.status, response.headers.get("oci-subject")]).toEqual([201, digestOf(image)]);
      return manifest;
    };
    const signature = await about("application/vnd.example.signature");
    await about("application/vnd.example.sbom");
    const path = `/v2/team/app/referrers/${digestOf(image)}`;
    const all = await registry.send("GET", path);
    expect(all.headers.get("content-type")).toBe(ociIndex);
    expect(((await all.json()) as { manifests: unknown[] }).manifests).toHaveLength(2);
    const filtered = await registry.send("GET", `${path}?artifactType=application/vnd.example.signature`);
    expect(filtered.headers.get("oci-filters-applied")).toBe("artifactType");
    expect(await filtered.json()).toEqual({
      schemaVersion: 2,
      mediaType: ociIndex,
      manifests: [
        {
          mediaType: ociManifest,
          digest: digestOf(signature),
          size: Buffer.byteLength(signature),
          artifactType: "application/vnd.example.signature",
          annotations: { made: "by hand" },
        },
      ],
    });
    const none = await registry.send("GET", `/v2/team/app/referrers/${digestOf("nothing")}`);
    expect(await none.json()).toEqual({ schemaVersion: 2, mediaType: ociIndex, manifests: [] });
  });
});

test.each([
  "/v2/..%2f..%2fetc/manifests/passwd",
  "/v2/UPPER/manifests/x",
  "/v2/a/b",
  "/v2/team/app/blobs/%00",
  "/v2/%zz/manifests/x",
])("the path %s names nothing", async (path) => {
  expect([400, 404]).toContain((await registry.send("GET", path)).status);
});
