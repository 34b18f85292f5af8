import { createHash } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { parseReference } from "./reference.ts";
import { RegistryClient } from "./registry-client.ts";
import type { RegistryLimits } from "./silence.ts";

const signal = new AbortController().signal;
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const serve = async (answer: RequestListener): Promise<string> => {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const clientOf = (host: string, limits?: RegistryLimits) =>
  new RegistryClient({
    reference: parseReference(`${host}/team/app:latest`),
    insecureRegistries: [],
    credentials: { username: "user", password: "secret" },
    limits,
  });

const bytes = Buffer.from("{}");
const content = {
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
  size: bytes.length,
};

describe("a registry's client", () => {
  it("answers no challenge of a host to which the registry leads", async () => {
    const heard: string[] = [];
    const store = await serve((request, response) => {
      heard.push(`${request.url} ${request.headers.authorization}`);
      const challenge = `Bearer realm="http://${request.headers.host}/token",service="here"`;
      if (request.url?.startsWith("/token")) response.end('{"token":"mine"}');
      else response.writeHead(401, { "www-authenticate": challenge }).end();
    });
    const registry = await serve((_request, response) => {
      response.writeHead(307, { location: `http://${store}/layer` }).end();
    });
    await expect(clientOf(registry).readWhole(content, 100, signal)).rejects.toMatchObject({ failure: "denied" });
    expect(heard).toEqual(["/layer undefined"]);
  });

  it("blames the network, not the credentials, where a token breaks off or never comes to its end", async () => {
    for (const isCut of [true, false]) {
      const registry = await serve((request, response) => {
        const realm = `http://${request.headers.host}/token`;
        if (!request.url?.startsWith("/token")) {
          response.writeHead(401, { "www-authenticate": `Bearer realm="${realm}"` }).end();
          return;
        }
        response.writeHead(200, { "content-length": 100 }).write('{"tok');
        if (isCut) setTimeout(() => response.destroy(), 20);
      });
      await expect(clientOf(registry, { stallMilliseconds: 300 }).resolve(signal)).rejects.toMatchObject({
        failure: "unreachable",
        message: expect.stringMatching(/^failed to authorize: failed to fetch oauth token: Get "/),
      });
    }
  });

  it("asks for what a tag stands for where the registry does not say how long it is", async () => {
    const registry = await serve((request, response) => {
      response.writeHead(200, { "content-type": content.mediaType, "docker-content-digest": content.digest });
      response.end(request.method === "HEAD" ? undefined : bytes);
    });
    expect(await clientOf(registry).resolve(signal)).toEqual(content);
  });

  it("does not take for the registry's silence that what came is not worked off yet", async () => {
    const size = 40_000_000;
    let asked = 0;
    const registry = await serve((_request, response) => {
      asked += 1;
      response.end(Buffer.alloc(size));
    });
    let came = 0;
    for await (const part of clientOf(registry, { stallMilliseconds: 1_000 }).readBlob(
      { ...content, size },
      0,
      signal,
    )) {
      if (came === 0) await new Promise((wake) => setTimeout(wake, 1_500));
      came += part.length;
    }
    expect([came, asked]).toEqual([size, 1]);
  });
});
