import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedControlPlane, startControlPlane } from "../support/start-control-plane.ts";
import {
  digestOf,
  dockerManifest,
  emptyConfiguration,
  errorOf,
  indexOf,
  manifestOf,
  ociIndex,
  ociManifest,
  RegistryClient,
  subjectOf,
} from "./registry-client.ts";

let served: ServedControlPlane;
let registry: RegistryClient;

beforeAll(async () => {
  served = await startControlPlane();
  const ecr = new ECRClient(served.clientSettings);
  for (const repositoryName of ["team/app", "other"]) await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  registry = await RegistryClient.login(served);
});

afterAll(() => served[Symbol.asyncDispose]());

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

describe("pushing blobs", () => {
  test("in one request", async () => {
    const digest = digestOf("monolithic");
    const response = await registry.send("POST", `/v2/team/app/blobs/uploads/?digest=${digest}`, {
      body: "monolithic",
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(`/v2/team/app/blobs/${digest}`);
  });

  test("in a POST and a PUT", async () => {
    expect((await registry.pushBlob("team/app", "two requests")).status).toBe(201);
    const pulled = await registry.send("GET", `/v2/team/app/blobs/${digestOf("two requests")}`);
    expect(await pulled.text()).toBe("two requests");
  });

  test("in chunks, each where the one before ended, and nowhere else", async () => {
    const location = await registry.startUpload("team/app");
    const chunk = (body: string, range: string) =>
      registry.send("PATCH", location, { body, headers: { "content-range": range } });
    const first = await chunk("hello ", "0-5");
    expect([first.status, first.headers.get("range")]).toEqual([202, "0-5"]);
    const repeated = await chunk("hello ", "0-5");
    expect([repeated.status, repeated.headers.get("range")]).toEqual([416, "0-5"]);
    expect((await chunk("gap", "10-12")).status).toBe(416);
    const state = await registry.send("GET", location);
    expect([state.status, state.headers.get("range")]).toEqual([204, "0-5"]);
    expect((await chunk("world", "6-10")).status).toBe(202);
    const digest = digestOf("hello world");
    const done = await registry.send("PUT", `${location}?digest=${digest}`);
    expect([done.status, done.headers.get("docker-content-digest")]).toEqual([201, digest]);
    expect((await registry.send("GET", location)).status).toBe(404);
  });

  test("resumed after the connection broke within a chunk", async () => {
    const location = await registry.startUpload("team/app");
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(Buffer.from("half"));
        setTimeout(() => controller.error(new Error("the cable was pulled")), 100);
      },
    });
    await expect(registry.send("PATCH", location, { body: broken, duplex: "half" })).rejects.toThrow();
    const state = await registry.send("GET", location);
    const received = Number(state.headers.get("range")?.split("-")[1]) + 1;
    expect(received).toBe(4);
    const rest = { body: " a loaf", headers: { "content-range": `${received}-${received + 6}` } };
    expect((await registry.send("PATCH", location, rest)).status).toBe(202);
    const digest = digestOf("half a loaf");
    expect((await registry.send("PUT", `${location}?digest=${digest}`)).status).toBe(201);
  });

  test("with a digest of sha512", async () => {
    const digest = digestOf("long", "sha512");
    expect((await registry.pushBlob("team/app", "long", digest)).status).toBe(201);
    expect(await (await registry.send("GET", `/v2/team/app/blobs/${digest}`)).text()).toBe("long");
  });

  test("an empty one", async () => {
    expect((await registry.pushBlob("team/app", "")).status).toBe(201);
    const head = await registry.send("HEAD", `/v2/team/app/blobs/${digestOf("")}`);
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "0"]);
    expect(await (await registry.send("GET", `/v2/team/app/blobs/${digestOf("")}`)).text()).toBe("");
  });

  test("whose content has another digest is refused, and nothing of it is served", async () => {
    const response = await registry.pushBlob("team/app", "spoilt", digestOf("genuine"));
    expect(response.status).toBe(400);
    expect((await errorOf(response)).code).toBe("DIGEST_INVALID");
    expect((await registry.send("HEAD", `/v2/team/app/blobs/${digestOf("genuine")}`)).status).toBe(404);
  });

  test("with a digest that is none is refused", async () => {
    for (const digest of ["", "md5:0123", "sha256:xyz", "../../etc/passwd"]) {
      expect((await registry.pushBlob("team/app", "x", digest)).status).toBe(400);
    }
  });

  test("to a repository that is not there fails in ECR's words", async () => {
    const response = await registry.send("POST", "/v2/none/blobs/uploads/");
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toEqual({
      code: "NAME_UNKNOWN",
      message: "The repository with name 'none' does not exist in the registry with id '123456789012'",
    });
  });

  test("given up", async () => {
    const location = await registry.startUpload("team/app");
    await registry.send("PATCH", location, { body: "abc" });
    expect((await registry.send("DELETE", location)).status).toBe(204);
    expect((await errorOf(await registry.send("PATCH", location, { body: "abc" }))).code).toBe("BLOB_UPLOAD_UNKNOWN");
  });

  test("is a matter of one repository: another neither sees the blob nor the upload", async () => {
    const location = await registry.startUpload("team/app");
    const elsewhere = location.replace("team/app", "other");
    expect((await registry.send("PATCH", elsewhere, { body: "abc" })).status).toBe(404);
    await registry.pushBlob("team/app", "private");
    expect((await registry.send("GET", `/v2/other/blobs/${digestOf("private")}`)).status).toBe(404);
  });

  test("mounted from another repository", async () => {
    await registry.pushBlob("team/app", "shared");
    const digest = digestOf("shared");
    const path = `/v2/other/blobs/uploads/?mount=${digest}&from=team/app`;
    expect((await registry.send("POST", path)).status).toBe(201);
    expect(await (await registry.send("GET", `/v2/other/blobs/${digest}`)).text()).toBe("shared");
    const absent = `/v2/other/blobs/uploads/?mount=${digestOf("absent")}&from=team/app`;
    expect((await registry.send("POST", absent)).status).toBe(202);
  });
});

describe("pulling blobs", () => {
  const text = "0123456789";
  const digest = digestOf(text);
  beforeAll(() => registry.pushBlob("team/app", text));

  test.each([
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-2", 206, "89", "bytes 8-9/10"],
    ["bytes=8-100", 206, "89", "bytes 8-9/10"],
    ["lines=1-2", 200, text, null],
    ["bytes=4-2", 200, text, null],
  ])("of the range %s", async (range, status, body, contentRange) => {
    const response = await registry.send("GET", `/v2/team/app/blobs/${digest}`, { headers: { range } });
    expect([response.status, await response.text(), response.headers.get("content-range")]).toEqual([
      status,
      body,
      contentRange,
    ]);
  });

  test("of a range that it has not", async () => {
    const response = await registry.send("GET", `/v2/team/app/blobs/${digest}`, { headers: { range: "bytes=10-" } });
    expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */10"]);
  });

  test("cannot be deleted by themselves", async () => {
    expect((await registry.send("DELETE", `/v2/team/app/blobs/${digest}`)).status).toBe(405);
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
