import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openControlPlane, rootKeyFile } from "@fleetless/control-plane";
import { accountId, type Clock, region, silentLogger, systemClock } from "@fleetless/kernel";

export interface ServedControlPlane extends AsyncDisposable {
  readonly dataDirectory: string;
  readonly endpoint: string;
  readonly host: string;
  readonly clientSettings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
}

/** A whole control plane on a free port of loopback, in a directory of its own. */
export const startControlPlane = async (clock: Clock = systemClock): Promise<ServedControlPlane> => {
  const dataDirectory = await mkdtemp(join(tmpdir(), "fleetless-wire-"));
  const controlPlane = await openControlPlane({
    dataDirectory,
    rootKey: rootKeyFile(join(dataDirectory, "root.key"), true),
    accountId: accountId("123456789012"),
    region: region("us-east-1"),
    publicCidr: "100.64.0.0/24",
    isolation: "auto",
    acceptWellKnownLocalKey: true,
    clock,
    logger: silentLogger,
  });
  const { port } = await controlPlane.gateway.listen("127.0.0.1", 0);
  const host = `127.0.0.1:${port}`;
  const endpoint = `http://${host}`;
  return {
    dataDirectory,
    endpoint,
    host,
    clientSettings: {
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    },
    [Symbol.asyncDispose]: async () => {
      await controlPlane.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
};
