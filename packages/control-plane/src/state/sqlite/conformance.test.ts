import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { storeConformance } from "../conformance.ts";
import { openSqliteStore } from "./open.ts";

storeConformance({
  name: "SQLite",
  open: (directory) =>
    openSqliteStore({ path: join(directory, "store.sqlite"), logger: silentLogger, clock: systemClock }),
  writerProgram: (directory) => [
    fileURLToPath(new URL("./conformance-writer.ts", import.meta.url)),
    join(directory, "store.sqlite"),
  ],
});
