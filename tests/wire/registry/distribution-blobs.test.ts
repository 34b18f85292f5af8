import { beforeAll, describe, expect, test } from "vitest";
import { digestOf, errorOf } from "./registry-client.ts";
import { make, registry } from "./served-registry.ts";

beforeAll(async () => {
  for (const name of ["team/app", "other"]) await make(name);
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
