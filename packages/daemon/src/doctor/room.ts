import { existsSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import type { ListenAddress } from "../options.ts";
import { type Check, missing, ok, warning } from "./check.ts";

const gibibyte = 1024 ** 3;
/** Images and the root file systems of a few tasks. */
const comfortableBytes = 10 * gibibyte;
const neededBytes = gibibyte;

/** Room on the disk that holds the data directory. */
export const checkDisk = (dataDirectory: string): Check => {
  let existing = dataDirectory;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  const found = `${(free / gibibyte).toFixed(1)} GiB free at ${existing}`;
  if (free >= comfortableBytes) return ok("disk", found);
  const mend = "free some room or choose another --data-directory";
  return free >= neededBytes ? warning("disk", found, mend) : missing("disk", found, mend);
};

/** Whether `up` could listen there; a Fleetless that already does is no fault. */
export const checkPort = (listen: ListenAddress): Promise<Check> =>
  new Promise((resolve) => {
    const server = createServer();
    const where = `${listen.host}:${listen.port}`;
    server.once("error", (error: NodeJS.ErrnoException) => {
      const mend = "stop what listens there, or choose another --listen; if it is Fleetless itself, all is well";
      resolve(
        error.code === "EADDRINUSE"
          ? warning("port", `${where} is in use`, mend)
          : missing("port", error.message, mend),
      );
    });
    server.listen({ host: listen.host, port: listen.port }, () => {
      server.close(() => resolve(ok("port", `${where} is free`)));
    });
  });
