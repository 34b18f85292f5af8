import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, region, silentLogger, systemClock } from "@fleetless/kernel";
import { type ControlPlane, openControlPlane } from "../control-plane.ts";
import { rootKeyFile } from "../credentials/root-key.ts";

export interface ServedControlPlane {
  readonly controlPlane: ControlPlane;
  /** For any client of the AWS SDK. */
  readonly clientSettings: {
    readonly endpoint: string;
    readonly region: string;
    readonly maxAttempts: number;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  close(): Promise<void>;
}

/**
 * A whole control plane on a port of its own, whose answers are checked against their schemas. `prepare` may fill its
 * data directory before it opens.
 */
export const serveControlPlane = async (
  prepare?: (dataDirectory: string) => Promise<void>,
): Promise<ServedControlPlane> => {
  process.env.FLEETLESS_VERIFY_RESPONSES = "1";
  const dataDirectory = await mkdtemp(join(tmpdir(), "fleetless-control-plane-"));
  await prepare?.(dataDirectory);
  const controlPlane = await openControlPlane({
    dataDirectory,
    rootKey: rootKeyFile(join(dataDirectory, "root.key"), true),
    accountId: accountId("123456789012"),
    region: region("us-east-1"),
    publicCidr: "198.51.100.0/28",
    isolation: "auto",
    acceptWellKnownLocalKey: true,
    clock: systemClock,
    logger: silentLogger,
  });
  const { port } = await controlPlane.gateway.listen("127.0.0.1", 0);
  return {
    controlPlane,
    clientSettings: {
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      maxAttempts: 1,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    },
    close: async () => {
      await controlPlane.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
};
