import { createSocket, type Socket } from "node:dgram";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type HostedZoneUpdate,
  networkInterfaceId,
  type RecordSetSpec,
  silentLogger,
  subnetId,
  systemClock,
  type VpcSpec,
  vpcId,
} from "@fleetless/kernel";
import { emptyVpc } from "@fleetless/kernel/testing";
import { type Answer, type DecodedPacket, decode, encode, type Packet } from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import { DnsForwarder } from "./dns-forwarder.ts";
import { DnsServer } from "./dns-server.ts";
import { HostedZoneFile } from "./hosted-zone-file.ts";
import { HostedZones } from "./hosted-zones.ts";
import { VpcResolver } from "./resolver.ts";

const here = vpcId("vpc-1");
const there = vpcId("vpc-2");
const soa = "ns-0.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400";
const records = (name: string, type: string, ...values: readonly string[]): RecordSetSpec => ({
  name,
  type,
  routing: { kind: "simple" },
  target: { kind: "records", timeToLive: 60, values },
});
const alias = (name: string, target: string): RecordSetSpec => ({
  name,
  type: "A",
  routing: { kind: "simple" },
  target: { kind: "alias", name: target, evaluateTargetHealth: false },
});

const update = (more: Partial<HostedZoneUpdate>): HostedZoneUpdate => ({
  cursor: "1",
  complete: false,
  zones: [],
  removedZones: [],
  names: [],
  health: [],
  removedHealth: [],
  changes: [],
  ...more,
});
const zone = (id: string, name: string, vpcIds: readonly string[], ...sets: readonly RecordSetSpec[]) =>
  update({
    zones: [{ id, name, vpcIds }],
    names: [...Map.groupBy([records(name, "SOA", soa), ...sets], (set) => set.name)].map(([each, recordSets]) => ({
      zoneId: id,
      name: each,
      recordSets,
    })),
  });

const open: (Socket | Server)[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
const bound = async (): Promise<Socket> => {
  const socket = createSocket("udp4");
  open.push(socket);
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return socket;
};

/** A resolver on a port of its own, in front of an upstream that knows www.outside.test and nothing else. */
const serve = async (zones: HostedZones, more: Partial<VpcSpec> = {}) => {
  const upstream = await bound();
  upstream.on("message", (query, from) => {
    const { id, questions } = decode(query);
    const known = questions?.[0]?.name === "www.outside.test" && questions[0].type === "A";
    const answers = [{ name: "www.outside.test", type: "A" as const, ttl: 30, data: "192.0.2.7" }];
    const flags = 0x180 | (known ? 0 : 3);
    const packet: Packet = {
      type: "response",
      id: id ?? 0,
      flags,
      questions: questions ?? [],
      answers: known ? answers : [],
    };
    upstream.send(encode(packet), from.port, from.address);
  });
  const forwarder = new DnsForwarder({
    upstreams: async () => [{ address: "127.0.0.1", port: upstream.address().port }],
    clock: systemClock,
  });
  const vpc = { ...emptyVpc, id: here, dnsHostnames: true, ...more };
  const server = new DnsServer({
    resolver: new VpcResolver({ vpc: () => vpc, zones, forwarder }),
    logger: silentLogger,
  });
  const socket = await bound();
  server.serveDatagrams(socket);
  const client = await bound();
  const exchange = (query: Buffer): Promise<Buffer> =>
    new Promise((resolve) => {
      client.once("message", resolve);
      client.send(query, socket.address().port, "127.0.0.1");
    });
  const ask = async (name: string, type: "A" | "AAAA" | "TXT" | "PTR" | "SRV" = "A"): Promise<DecodedPacket> =>
    decode(await exchange(encode({ type: "query", id: 7, flags: 0x100, questions: [{ name, type }] })));
  return { server, exchange, ask };
};
const values = ({ answers }: DecodedPacket) => answers?.map((answer) => ("data" in answer ? answer.data : undefined));

describe("a VPC's resolver", () => {
  it("answers from the VPC's zones, and says for how long there is nothing", async () => {
    const zones = new HostedZones();
    zones.apply(zone("Z1", "corp.test.", [here], records("db.corp.test.", "A", "10.0.0.5")));
    const { ask } = await serve(zones);
    const found = await ask("DB.corp.test");
    expect(found).toMatchObject({ rcode: "NOERROR", flag_aa: true, questions: [{ name: "DB.corp.test" }] });
    expect(found.answers).toMatchObject([{ name: "DB.corp.test", ttl: 60, data: "10.0.0.5" }]);
    const none = await ask("db.corp.test", "AAAA");
    expect(none).toMatchObject({
      rcode: "NOERROR",
      answers: [],
      authorities: [{ type: "SOA", name: "corp.test", ttl: 60 }],
    });
    expect(await ask("no.corp.test")).toMatchObject({ rcode: "NXDOMAIN", authorities: [{ type: "SOA" }] });
  });

  it("hides the outside where a private zone has its name, and sees a new record at once", async () => {
    const zones = new HostedZones();
    const { ask } = await serve(zones);
    expect(values(await ask("www.outside.test"))).toEqual(["192.0.2.7"]);
    zones.apply(zone("Z1", "outside.test.", [here]));
    expect(await ask("www.outside.test")).toMatchObject({ rcode: "NXDOMAIN" });
    const recordSets = [records("www.outside.test.", "A", "10.0.0.1")];
    zones.apply(update({ names: [{ zoneId: "Z1", name: "www.outside.test.", recordSets }] }));
    expect(values(await ask("www.outside.test"))).toEqual(["10.0.0.1"]);
    zones.apply(update({ removedZones: ["Z1"] }));
    expect(values(await ask("www.outside.test"))).toEqual(["192.0.2.7"]);
  });

  it("answers by the asker's VPC, and by the longest zone", async () => {
    const zones = new HostedZones();
    zones.apply(zone("Z1", "corp.test.", [here], records("a.corp.test.", "A", "10.0.0.1")));
    zones.apply(zone("Z2", "corp.test.", [there], records("a.corp.test.", "A", "10.0.0.2")));
    zones.apply(zone("Z3", "sub.corp.test.", [here], records("a.sub.corp.test.", "A", "10.0.0.3")));
    const [one, two] = [await serve(zones), await serve(zones, { id: there })];
    expect(values(await one.ask("a.corp.test"))).toEqual(["10.0.0.1"]);
    expect(values(await two.ask("a.corp.test"))).toEqual(["10.0.0.2"]);
    expect(values(await one.ask("a.sub.corp.test"))).toEqual(["10.0.0.3"]);
    expect(await two.ask("a.sub.corp.test")).toMatchObject({ rcode: "NXDOMAIN" });
  });

  it("follows CNAME records and aliases from zone to zone, to private names and to the outside", async () => {
    const zones = new HostedZones();
    zones.apply(
      zone(
        "Z1",
        "corp.test.",
        [here],
        records("out.corp.test.", "CNAME", "www.outside.test"),
        records("gone.corp.test.", "CNAME", "no.outside.test"),
        records("host.corp.test.", "CNAME", "ip-10-0-1-9.ec2.internal"),
        alias("alias.corp.test.", "www.outside.test."),
      ),
    );
    const { ask } = await serve(zones);
    const out = await ask("out.corp.test");
    expect(values(out)).toEqual(["www.outside.test", "192.0.2.7"]);
    expect(out.flag_aa).toBe(false);
    expect(await ask("gone.corp.test")).toMatchObject({ rcode: "NXDOMAIN", answers: [{ type: "CNAME" }] });
    expect(values(await ask("host.corp.test"))).toEqual(["ip-10-0-1-9.ec2.internal", "10.0.1.9"]);
    expect((await ask("alias.corp.test")).answers).toMatchObject([{ name: "alias.corp.test", data: "192.0.2.7" }]);
  });

  it("obeys the VPC's DNS attributes", async () => {
    const zones = new HostedZones();
    zones.apply(zone("Z1", "corp.test.", [here], records("a.corp.test.", "A", "10.0.0.1")));
    const plain = await serve(zones, { dnsHostnames: false });
    expect(await plain.ask("a.corp.test")).toMatchObject({ rcode: "NXDOMAIN", authorities: [] });
    expect(values(await plain.ask("ip-10-0-1-2.ec2.internal"))).toEqual(["10.0.1.2"]);
    const silent = await serve(zones, { dnsSupport: false });
    const asked = silent.ask("a.corp.test").then(() => "answered");
    const waited = new Promise((resolve) => setTimeout(resolve, 200, "silent"));
    expect(await Promise.race([asked, waited])).toBe("silent");
  });

  it("leads to interface endpoints", async () => {
    const endpoint = {
      id: "vpce-1",
      kind: "interface",
      serviceName: "com.amazonaws.us-east-1.ssm",
      privateDnsNames: ["ssm.us-east-1.amazonaws.com"],
      dnsNames: [
        "vpce-1-abc.ssm.us-east-1.vpce.amazonaws.com",
        "vpce-1-abc-us-east-1a.ssm.us-east-1.vpce.amazonaws.com",
      ],
      interfaces: ["10.0.1.8", "10.0.2.8"].map((privateAddress, index) => ({
        id: networkInterfaceId(`eni-${index}`),
        subnetId: subnetId(`subnet-${index}`),
        privateAddress,
      })),
    } as const;
    const { ask } = await serve(new HostedZones(), { endpoints: [endpoint] });
    expect(values(await ask("ssm.us-east-1.amazonaws.com"))).toEqual(["10.0.1.8", "10.0.2.8"]);
    expect(values(await ask(endpoint.dnsNames[0]))).toEqual(["10.0.1.8", "10.0.2.8"]);
    expect(values(await ask(endpoint.dnsNames[1]))).toEqual(["10.0.1.8"]);
    expect(await ask("ssm.us-east-1.amazonaws.com", "AAAA")).toMatchObject({ rcode: "NOERROR", answers: [] });
    const hidden = await serve(new HostedZones(), { endpoints: [endpoint], dnsHostnames: false });
    expect(await hidden.ask("ssm.us-east-1.amazonaws.com")).toMatchObject({ rcode: "NXDOMAIN" });
  });

  it("answers reverse lookups, of a zone before the VPC's own", async () => {
    const zones = new HostedZones();
    const { ask } = await serve(zones);
    expect(values(await ask("2.1.0.10.in-addr.arpa", "PTR"))).toEqual(["ip-10-0-1-2.ec2.internal"]);
    zones.apply(zone("Z1", "10.in-addr.arpa.", [here], records("2.1.0.10.in-addr.arpa.", "PTR", "db.corp.test")));
    expect(values(await ask("2.1.0.10.in-addr.arpa", "PTR"))).toEqual(["db.corp.test"]);
  });

  it("cuts what does not fit into a datagram, answers whole over TCP, and speaks EDNS with who does", async () => {
    const zones = new HostedZones();
    const texts = Array.from({ length: 8 }, (_, index) => `"${String(index).repeat(100)}"`);
    zones.apply(zone("Z1", "corp.test.", [here], records("long.corp.test.", "TXT", ...texts)));
    const { ask, exchange, server } = await serve(zones);
    expect(await ask("long.corp.test", "TXT")).toMatchObject({ flag_tc: true, answers: [] });
    const opt: Answer = {
      type: "OPT",
      name: ".",
      udpPayloadSize: 1232,
      flags: 0,
      options: [],
      extendedRcode: 0,
      ednsVersion: 0,
      flag_do: false,
    };
    const questions = [{ name: "long.corp.test", type: "TXT" as const }];
    const extended = decode(
      await exchange(encode({ type: "query", id: 9, flags: 0x100, questions, additionals: [opt] })),
    );
    expect(extended).toMatchObject({ flag_tc: false, additionals: [{ type: "OPT" }] });
    expect(extended.answers).toHaveLength(8);
    const listener = createServer((connection) => server.serveConnection(connection));
    open.push(listener);
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const bound = listener.address();
    const connection = connect({ host: "127.0.0.1", port: typeof bound === "object" ? (bound?.port ?? 0) : 0 });
    const query = encode({ type: "query", id: 9, flags: 0x100, questions });
    connection.write(Buffer.concat([Buffer.from([0, query.length]), query]));
    const received: Buffer[] = [];
    for await (const chunk of connection) {
      received.push(chunk);
      const all = Buffer.concat(received);
      if (all.length >= 2 && all.length >= 2 + all.readUInt16BE(0)) break;
    }
    expect(decode(Buffer.concat(received).subarray(2)).answers).toHaveLength(8);
  });

  it("keeps types apart that differ by the bit that tells capitals", async () => {
    const zones = new HostedZones();
    zones.apply(zone("Z1", "corp.test.", [here], records("a.corp.test.", "A", "10.0.0.1")));
    const { exchange } = await serve(zones);
    const query = encode({ type: "query", id: 1, flags: 0x100, questions: [{ name: "a.corp.test", type: "A" }] });
    for (const type of [65, 97]) {
      query.writeUInt16BE(type, query.length - 4);
      expect((await exchange(query)).readUInt16BE(query.length - 4)).toBe(type);
    }
  });
});

describe("hosted zones", () => {
  it("are there again after a restart", async () => {
    const directory = await mkdtemp(join(tmpdir(), "fleetless-zones-"));
    const path = join(directory, "network", "zones.json");
    const kept = new HostedZones();
    kept.apply(zone("Z1", "corp.test.", [here], records("a.corp.test.", "A", "10.0.0.1")));
    kept.apply(update({ health: [{ id: "h", healthy: false }] }));
    const file = new HostedZoneFile(path, kept, silentLogger);
    file.save();
    await file.close();
    const found = new HostedZones();
    await new HostedZoneFile(path, found, silentLogger).load();
    expect(found.snapshot()).toEqual(kept.snapshot());
    expect(found.isHealthy("h")).toBe(false);
    await rm(directory, { recursive: true });
  });
});
