import { execFileSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uplinkPrefix } from "../../../packages/node-agent/src/network/names.ts";
import { runIp } from "../../../packages/node-agent/src/network/namespace.ts";
import { openSockets } from "../../../packages/node-agent/src/network/vpc-sockets.ts";
import { Registry } from "../../integration/runtime/registry.ts";

/** A namespace that stands for the rest of the world and sees the public addresses of whoever comes there. */
export interface World {
  readonly address: string;
  /** To be trusted by whoever pulls from the registry. */
  readonly certificatePath: string;
  /** At the world's address, with TLS. */
  readonly registry: Registry;
  close(): Promise<void>;
}

const certificateFor = (directory: string, address: string): { readonly key: string; readonly cert: string } => {
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const subject = ["-subj", "/CN=world", "-addext", `subjectAltName=IP:${address}`];
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...request, ...subject], { stdio: "ignore" });
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
};

export const openWorld = async (): Promise<World> => {
  const namespace = `world-${randomBytes(4).toString("hex")}`;
  // The machine puts no address of its own on what goes from a VPC to a device of such a name.
  const device = `${uplinkPrefix}w${randomBytes(5).toString("hex")}`;
  const network = `198.51.100.${4 * randomInt(8, 64)}`;
  const at = (offset: number): string => network.replace(/\d+$/, (last) => String(Number(last) + offset));
  const [here, address] = [at(1), at(2)];
  const directory = mkdtempSync(join(tmpdir(), "fleetless-world-"));
  await runIp([`netns add ${namespace}`, `link add ${device} type veth peer name eth0 netns ${namespace}`]);
  await runIp([`addr add ${here}/30 dev ${device}`, `link set ${device} up`]);
  writeFileSync(`/proc/sys/net/ipv4/conf/${device}/forwarding`, "1");
  await runIp([`addr add ${address}/30 dev eth0`, "link set eth0 up", `route add default via ${here}`], namespace);
  const [opened] = await openSockets(namespace, [{ protocol: "tcp", address, port: 443 }]);
  if (!(opened?.socket instanceof Server)) throw new Error("nothing listens in the world");
  const tls = certificateFor(directory, address);
  const registry = Registry.at({ listener: opened.socket, host: address, tls });
  return {
    address,
    certificatePath: join(directory, "cert.pem"),
    registry,
    close: async () => {
      await registry.close();
      await runIp([`link del ${device}`, `netns del ${namespace}`]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
