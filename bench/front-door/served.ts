import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openControlPlane, rootKeyFile } from "@fleetless/control-plane";
import { accountId, type NodeDescription, nodeId, region, silentLogger, systemClock } from "@fleetless/kernel";

/**
 * A control plane in a process of its own, with a node that has room for everything and runs nothing: what is measured
 * is how fast calls are accepted, signed, decided, audited and durable, not what a machine can run. Its data directory
 * may be given after the script's name; one of its own it takes away at the end.
 */
const given = process.argv[2];
const dataDirectory = given ?? (await mkdtemp(join(tmpdir(), "fleetless-front-door-")));
const controlPlane = await openControlPlane({
  dataDirectory,
  rootKey: rootKeyFile(join(dataDirectory, "root.key"), true),
  accountId: accountId("123456789012"),
  region: region("us-east-1"),
  publicCidr: "198.51.100.0/24",
  isolation: "runc",
  acceptWellKnownLocalKey: true,
  clock: systemClock,
  logger: silentLogger,
});
const roomy: NodeDescription = {
  id: nodeId("roomy"),
  hostname: "roomy",
  cpuUnits: 1_000_000_000,
  memoryMiB: 1_000_000_000,
  storageGiB: 1_000_000_000,
  architecture: "X86_64",
  isolations: ["runc"],
};
await controlPlane.session.register(roomy);
const heartbeat = setInterval(() => void controlPlane.session.heartbeat(roomy.id), 5_000);
const { port } = await controlPlane.gateway.listen("127.0.0.1", 0);
process.stdout.write(`${port}\n`);
process.once("SIGTERM", async () => {
  clearInterval(heartbeat);
  await controlPlane.close();
  if (given === undefined) await rm(dataDirectory, { recursive: true });
});
