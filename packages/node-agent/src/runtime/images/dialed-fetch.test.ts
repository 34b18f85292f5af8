import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, describe, expect, it, test } from "vitest";
import type { Dial } from "../contract.ts";
import { DialedFetch } from "./dialed-fetch.ts";

const signal = new AbortController().signal;
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const listen = async <Each extends Server>(server: Each): Promise<Each> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => server.close());
  return server;
};

const serve = (answer: RequestListener) => listen(createServer(answer));

/** Every host is one of these servers. */
const dialing = (hosts: Readonly<Record<string, Server>>) => {
  const sockets: Socket[] = [];
  const dial: Dial = async ({ host, port }) => {
    const server = hosts[`${host}:${port}`];
    if (server === undefined) throw new Error(`dial tcp: lookup ${host}: no such host`);
    const socket = connect(portOf(server), "127.0.0.1");
    sockets.push(socket);
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  };
  const dialed = new DialedFetch(dial);
  ends.push(() => dialed.close());
  const get = (url: string, headers = {}, method = "GET") => dialed.fetch(url, { method, headers, signal });
  return { dialed, sockets, get };
};

const textOf = async ({ body }: Awaited<ReturnType<DialedFetch["fetch"]>>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe("requests over connections that somebody else opens", () => {
  it("are answered with status, headers and body, one after the other over one connection", async () => {
    const server = await serve((request, response) => {
      const text = `${request.method} ${request.headers["x-asked"]}`;
      const headers = { "x-host": request.headers.host, "content-length": text.length };
      response.writeHead(request.url === "/none" ? 404 : 200, headers).end(text);
    });
    const { get, sockets } = dialing({ "registry.test:80": server });
    const first = await get("http://registry.test/v2", { "x-asked": "yes" });
    expect([first.ok, first.status, first.statusText, first.headers.get("X-Host")]).toEqual([
      true,
      200,
      "OK",
      "registry.test",
    ]);
    expect(await textOf(first)).toBe("GET yes");
    const head = await get("http://registry.test/v2", {}, "HEAD");
    expect([head.body, head.headers.get("x-none")]).toEqual([null, null]);
    const none = await get("http://registry.test/none");
    expect([none.ok, none.status]).toEqual([false, 404]);
    await none.body?.cancel();
    expect(sockets).toHaveLength(1);
  });

  it("follow redirections, and tell another host nothing that was meant for the first", async () => {
    const seen: (string | undefined)[] = [];
    const store = await serve((request, response) => {
      seen.push(`store ${request.headers.authorization} ${request.headers.range}`);
      response.end("layer");
    });
    const registry = await serve((request, response) => {
      seen.push(`registry ${request.headers.authorization} ${request.headers.range}`);
      const location = request.url === "/first" ? "/second" : "http://store.test/layer";
      response.writeHead(307, { location }).end();
    });
    const { get } = dialing({ "registry.test:5000": registry, "store.test:80": store });
    const response = await get("http://registry.test:5000/first", { authorization: "Bearer a", range: "bytes=5-" });
    expect([await textOf(response), response.url]).toEqual(["layer", "http://store.test/layer"]);
    expect(seen).toEqual(["registry Bearer a bytes=5-", "registry Bearer a bytes=5-", "store undefined bytes=5-"]);
  });

  it.each([
    ["http://registry.test/round", "stopped after 20 redirects"],
    ["http://registry.test/file", 'unsupported protocol scheme "file:"'],
    ["http://nowhere.test/", "dial tcp: lookup nowhere.test: no such host"],
  ])("to %s fail with: %s", async (url, words) => {
    const server = await serve((request, response) => {
      response.writeHead(302, { location: request.url === "/file" ? "file:///etc/passwd" : "/round" }).end();
    });
    await expect(dialing({ "registry.test:80": server }).get(url)).rejects.toThrow(words);
  });

  it("end with the reason of whoever gives them up, and with an error where the answer breaks off", async () => {
    const server = await serve((request, response) => {
      response.writeHead(200, { "content-length": 100 }).write("some");
      if (request.url === "/cut") setTimeout(() => response.destroy(), 20);
    });
    const { dialed, get } = dialing({ "registry.test:80": server });
    await expect(textOf(await get("http://registry.test/cut"))).rejects.toThrow("aborted");
    const stop = new AbortController();
    const held = await dialed.fetch("http://registry.test/", { method: "GET", headers: {}, signal: stop.signal });
    const reading = expect(textOf(held)).rejects.toThrow("i/o timeout");
    stop.abort(new Error("i/o timeout"));
    await reading;
  });

  it("are sent anew where the server has ended the connection that was kept for them", async () => {
    let served = 0;
    const server = await serve((request, response) => {
      served += 1;
      if (served === 2) request.socket.destroy();
      else response.end("here");
    });
    const { get, sockets } = dialing({ "registry.test:80": server });
    expect(await textOf(await get("http://registry.test/"))).toBe("here");
    await expect.poll(() => sockets.length).toBe(1);
    expect(await textOf(await get("http://registry.test/"))).toBe("here");
    expect([served, sockets.length]).toEqual([3, 2]);
  });

  it.each([
    ["ended", "EOF", (socket: Socket) => void socket.end()],
    ["reset", "connection reset by peer", (socket: Socket) => void socket.resetAndDestroy()],
  ])("tell as Go does of a connection that is %s before the answer", async (_how, words, finish) => {
    const server = await serve((request) => finish(request.socket));
    const asked = dialing({ "registry.test:80": server }).get("http://registry.test/");
    await expect(asked).rejects.toThrow(words);
  });

  it.each(["GET", "HEAD"])("fail where the server switches protocols on %s", async (method) => {
    const server = await serve((request) => {
      request.socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n");
    });
    await expect(dialing({ "registry.test:80": server }).get("http://registry.test/", {}, method)).rejects.toThrow(
      "EOF",
    );
  });

  it("end with their connections, those that are still being opened too", async () => {
    const server = await serve((_request, response) => void response.writeHead(200).write("some"));
    const { dialed, get, sockets } = dialing({ "registry.test:80": server });
    const reading = expect(textOf(await get("http://registry.test/"))).rejects.toThrow();
    dialed.close();
    await reading;
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
    const waiting = new DialedFetch(
      (_to, until) => new Promise((_, reject) => until.addEventListener("abort", () => reject(until.reason))),
    );
    const asked = expect(
      waiting.fetch("http://registry.test/", { method: "GET", headers: {}, signal }),
    ).rejects.toThrow("the pull is over");
    await new Promise((wake) => setTimeout(wake, 20));
    waiting.close();
    await asked;
  });
});

test("TLS proves the name of the host that was asked for", async () => {
  const directory = mkdtempSync(join(tmpdir(), "fleetless-tls-"));
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const subject = ["-subj", "/CN=registry.test", "-addext", "subjectAltName=DNS:registry.test,IP:192.0.2.7"];
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...request, ...subject], { stdio: "ignore" });
  const pem = readFileSync(cert, "utf8");
  rmSync(cert);
  const server = await listen(
    createTlsServer({ key: readFileSync(key, "utf8"), cert: pem }, (asked, response) => {
      response.end(`${asked.headers.host}`);
    }),
  );
  rmSync(directory, { recursive: true });
  const hosts = ["registry.test:443", "192.0.2.7:443", "other.test:443", "192.0.2.8:443"];
  const { get } = dialing(Object.fromEntries(hosts.map((host) => [host, server])));
  await expect(get("https://registry.test/")).rejects.toThrow("self-signed certificate");
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, pem]);
  ends.push(() => setDefaultCACertificates(before));
  expect(await textOf(await get("https://registry.test/"))).toBe("registry.test");
  expect(await textOf(await get("https://192.0.2.7/"))).toBe("192.0.2.7");
  await expect(get("https://other.test/")).rejects.toThrow("Hostname/IP does not match certificate's altnames");
  await expect(get("https://192.0.2.8/")).rejects.toThrow("Hostname/IP does not match certificate's altnames");
});
