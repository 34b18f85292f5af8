import { createSocket, type Socket } from "node:dgram";
import { ManualClock, silentLogger, systemClock, type VpcSpec } from "@fleetless/kernel";
import { emptyVpc } from "@fleetless/kernel/testing";
import { decode, encode, type Packet } from "dns-packet";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { DnsCache } from "./dns-cache.ts";
import { DnsForwarder } from "./dns-forwarder.ts";
import { datagramLimit, emptyAnswer, readQuestion, readRecords, truncatedAnswer } from "./dns-message.ts";
import { DnsServer } from "./dns-server.ts";
import { HostedZones } from "./hosted-zones.ts";
import { answerPrivateName } from "./private-names.ts";
import { VpcResolver } from "./resolver.ts";

const vpc = (region: string): VpcSpec => ({
  ...emptyVpc,
  region,
});
const queryFor = (name: string, more: Partial<Packet> = {}): Buffer =>
  encode({ type: "query", id: 99, flags: 0x100, questions: [{ name, type: "A" }], ...more });
const questionOf = (message: Buffer) => {
  const question = readQuestion(message);
  if (question === undefined) throw new Error("no question");
  return question;
};

const sockets: Socket[] = [];
const listen = async (answer: (query: Buffer) => Buffer | undefined): Promise<{ readonly port: number }> => {
  const socket = createSocket("udp4");
  sockets.push(socket);
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  socket.on("message", (query, from) => {
    const sent = answer(query);
    if (sent !== undefined) socket.send(sent, from.port, from.address);
  });
  return { port: socket.address().port };
};
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

describe("private names", () => {
  it("lead to the address and back, by the region's domain", () => {
    expect(answerPrivateName(vpc("us-east-1"), "IP-10-0-1-2.ec2.internal.")).toEqual({
      kind: "addresses",
      addresses: ["10.0.1.2"],
    });
    expect(answerPrivateName(vpc("eu-west-1"), "ip-10-0-1-2.eu-west-1.compute.internal")).toEqual({
      kind: "addresses",
      addresses: ["10.0.1.2"],
    });
    expect(answerPrivateName(vpc("eu-west-1"), "2.1.0.10.in-addr.arpa")).toEqual({
      kind: "name",
      name: "ip-10-0-1-2.eu-west-1.compute.internal",
    });
  });

  it("are the VPC's own only", () => {
    const unknown = { kind: "unknown-name" };
    expect(answerPrivateName(vpc("us-east-1"), "ip-192-0-2-1.ec2.internal")).toEqual(unknown);
    expect(answerPrivateName(vpc("us-east-1"), "ec2.internal")).toEqual(unknown);
    expect(answerPrivateName(vpc("us-east-1"), "1.2.0.192.in-addr.arpa")).toBeUndefined();
    const six = { ...vpc("us-east-1"), ipv6Cidrs: ["fd12:3456:789a:bc00::/56"] };
    const reverse = (address: string) => `${[...address.replaceAll(":", "")].reverse().join(".")}.ip6.arpa`;
    const inside = reverse("fd12:3456:789a:bc01:0000:0000:0000:0005");
    expect(answerPrivateName(six, inside)).toEqual({ kind: "unknown-name" });
    expect(answerPrivateName(vpc("us-east-1"), inside)).toBeUndefined();
    expect(answerPrivateName(six, reverse("fd12:3456:789a:bd01:0000:0000:0000:0005"))).toBeUndefined();
    expect(answerPrivateName(six, inside.slice(2))).toBeUndefined();
    expect(answerPrivateName(vpc("us-east-1"), "ip-10-0-1-2.eu-west-1.compute.internal")).toBeUndefined();
    expect(answerPrivateName(vpc("us-east-1"), "notec2.internal")).toBeUndefined();
  });
});

describe("messages", () => {
  it("are read without a crash, whatever they hold", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const message = Buffer.from(bytes);
        const question = readQuestion(message);
        if (question === undefined) return;
        readRecords(message, question);
        expect(datagramLimit(message, question)).toBeGreaterThanOrEqual(512);
        expect(emptyAnswer(message, question, 2).length).toBeLessThanOrEqual(message.length);
        truncatedAnswer(message, question);
      }),
      { numRuns: 2_000 },
    );
  });

  it("say how large a datagram may be", () => {
    const opt = {
      type: "OPT",
      name: ".",
      udpPayloadSize: 1232,
      flags: 0,
      options: [],
      extendedRcode: 0,
      ednsVersion: 0,
    };
    const plain = queryFor("a.example");
    const extended = queryFor("a.example", { additionals: [{ ...opt, type: "OPT", name: ".", flag_do: false }] });
    expect(datagramLimit(plain, questionOf(plain))).toBe(512);
    expect(datagramLimit(extended, questionOf(extended))).toBe(1232);
  });
});

describe("the cache", () => {
  const answerOf = (query: Buffer, ttl: number): Buffer =>
    encode({
      type: "response",
      id: 1,
      questions: decode(query).questions ?? [],
      answers: [{ name: "a.example", type: "A", ttl, data: "192.0.2.1" }],
    });

  it("counts the time to live down and forgets at its end", () => {
    const clock = new ManualClock();
    const cache = new DnsCache(clock);
    const query = queryFor("a.example");
    cache.put(query, questionOf(query), answerOf(query, 60));
    clock.advance(20_500);
    const spelled = queryFor("A.Example", { id: 4321 });
    const answer = decode(cache.get(spelled, questionOf(spelled)) ?? Buffer.alloc(0));
    expect([answer.id, answer.questions?.[0]?.name]).toEqual([4321, "A.Example"]);
    expect(answer.answers?.[0]).toMatchObject({ ttl: 40, data: "192.0.2.1" });
    clock.advance(39_500);
    expect(cache.get(query, questionOf(query))).toBeUndefined();
  });

  it("remembers that there is nothing for no longer than the SOA record says", () => {
    const clock = new ManualClock();
    const cache = new DnsCache(clock);
    const query = queryFor("no.example");
    const data = { mname: "ns.example", rname: "host.example", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 5 };
    const answer = encode({
      type: "response",
      id: 1,
      flags: 3,
      questions: decode(query).questions ?? [],
      authorities: [{ name: "example", type: "SOA", ttl: 900, data }],
    });
    cache.put(query, questionOf(query), answer);
    clock.advance(4_000);
    expect(cache.get(query, questionOf(query))).toBeDefined();
    clock.advance(1_000);
    expect(cache.get(query, questionOf(query))).toBeUndefined();
  });

  it("keeps no failure, nothing that lives no time, and no more than its limit", () => {
    const cache = new DnsCache(new ManualClock(), 2);
    const query = queryFor("a.example");
    const question = questionOf(query);
    cache.put(query, question, emptyAnswer(query, question, 2));
    cache.put(query, question, answerOf(query, 0));
    cache.put(query, question, truncatedAnswer(answerOf(query, 60), question));
    expect(cache.get(query, question)).toBeUndefined();
    for (const name of ["a.example", "b.example", "c.example"]) {
      const each = queryFor(name);
      cache.put(each, questionOf(each), answerOf(each, 60));
    }
    expect(cache.get(query, question)).toBeUndefined();
    const last = queryFor("c.example");
    expect(cache.get(last, questionOf(last))).toBeDefined();
  });
});

describe("the forwarder", () => {
  it("takes the next upstream where one is silent, and says that it failed where all are", async () => {
    const silent = await listen(() => undefined);
    const good = await listen((query) => emptyAnswer(query, questionOf(query), 3));
    const query = queryFor("a.example");
    const ask = (upstreams: readonly { readonly port: number }[]) =>
      new DnsForwarder({
        upstreams: async () => upstreams.map(({ port }) => ({ address: "127.0.0.1", port })),
        clock: systemClock,
        tryMilliseconds: 50,
      }).forward(query, questionOf(query), "udp", "task");
    expect(decode(await ask([silent, good]))).toMatchObject({ id: 99, rcode: "NXDOMAIN" });
    expect(decode(await ask([silent]))).toMatchObject({ id: 99, rcode: "SERVFAIL" });
    expect(decode(await ask([]))).toMatchObject({ id: 99, rcode: "SERVFAIL" });
  });

  it("does not take an answer to another question, and hides the asker's number", async () => {
    const numbers = new Set<number>();
    const liar = await listen((query) => {
      numbers.add(query.readUInt16BE(0));
      const forged = queryFor("evil.example", { id: query.readUInt16BE(0) });
      forged.writeUInt16BE(0x8180, 2);
      return forged;
    });
    const query = queryFor("a.example");
    const forwarder = new DnsForwarder({
      upstreams: async () => [{ address: "127.0.0.1", port: liar.port }],
      clock: systemClock,
      tryMilliseconds: 30,
    });
    const answer = await forwarder.forward(query, questionOf(query), "udp", "task");
    expect(decode(answer)).toMatchObject({ rcode: "SERVFAIL" });
    expect(numbers.size).toBe(2);
  });

  it("limits what one source has outstanding", async () => {
    const silent = await listen(() => undefined);
    const forwarder = new DnsForwarder({
      upstreams: async () => [{ address: "127.0.0.1", port: silent.port }],
      clock: new ManualClock(),
    });
    const query = queryFor("a.example");
    const pending = Array.from({ length: 64 }, () => forwarder.forward(query, questionOf(query), "udp", "greedy"));
    expect(decode(await forwarder.forward(query, questionOf(query), "udp", "greedy"))).toMatchObject({
      rcode: "SERVFAIL",
    });
    await forwarder.close();
    await Promise.all(pending);
  });
});

describe("the server", () => {
  it("answers garbage with a format error or not at all, and goes on", async () => {
    const server = createSocket("udp4");
    const client = createSocket("udp4");
    sockets.push(server, client);
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
    const forwarder = new DnsForwarder({ upstreams: async () => [], clock: systemClock });
    const resolver = new VpcResolver({ vpc: () => vpc("us-east-1"), zones: new HostedZones(), forwarder });
    new DnsServer({ resolver, logger: silentLogger }).serveDatagrams(server);
    const { port } = server.address();
    const answers: Buffer[] = [];
    const enough = new Promise<void>((resolve) => {
      client.on("message", (message) => {
        answers.push(message);
        if (answers.length === 3) resolve();
      });
    });
    const broken = queryFor("ip-10-0-0-9.ec2.internal").subarray(0, 20);
    const notify = queryFor("a.example", { id: 5 });
    notify.writeUInt16BE(0x2000, 2);
    for (const message of [Buffer.alloc(5), emptyAnswer(notify, questionOf(notify), 0), broken, notify]) {
      client.send(message, port, "127.0.0.1");
    }
    client.send(queryFor("ip-10-0-0-9.ec2.internal", { id: 6 }), port, "127.0.0.1");
    await enough;
    expect(new Set(answers.map((each) => `${each.readUInt16BE(0)} ${each.readUInt16BE(2) & 15}`))).toEqual(
      new Set(["99 1", "5 4", "6 0"]),
    );
  });
});
