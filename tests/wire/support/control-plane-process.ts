import { mkdtemp, rm } from "node:fs/promises";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { accountId, region, silentLogger, systemClock } from "@fleetless/kernel";

/**
 * A control plane in a process of its own that tells which packages of the AWS SDK it has loaded: its port in the first
 * line, and for each line on its standard input the names of the packages so far.
 */
const loaded = new Set<string>();
registerHooks({
  load: (url, context, next) => {
    const name = /\/@aws-sdk\/(client-[^/]+)\//.exec(url)?.[1];
    if (name !== undefined) loaded.add(name);
    return next(url, context);
  },
});

// Behind the hooks, which see nothing of what was loaded before them.
const { openControlPlane, rootKeyFile } = await import("@fleetless/control-plane");
const dataDirectory = await mkdtemp(join(tmpdir(), "fleetless-loading-"));
const controlPlane = await openControlPlane({
  dataDirectory,
  accountId: accountId("123456789012"),
  region: region("us-east-1"),
  publicCidr: "198.51.100.0/28",
  isolation: "auto",
  acceptWellKnownLocalKey: true,
  rootKey: rootKeyFile(join(dataDirectory, "root.key"), true),
  clock: systemClock,
  logger: silentLogger,
});
const { port } = await controlPlane.gateway.listen("127.0.0.1", 0);
process.stdout.write(`${port}\n`);
for await (const _line of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify([...loaded].toSorted())}\n`);
}
await controlPlane.close();
await rm(dataDirectory, { recursive: true });
