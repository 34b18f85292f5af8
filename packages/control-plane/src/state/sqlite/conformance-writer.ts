import { silentLogger, systemClock } from "@fleetless/kernel";
import { writeUntilKilled } from "../conformance/write-until-killed.ts";
import { openSqliteStore } from "./open.ts";

/** The process that the conformance suite kills while it writes: `conformance-writer.ts <database file>`. */
const [, , path] = process.argv;
if (path === undefined) throw new Error("Say which database file to write.");
await writeUntilKilled(await openSqliteStore({ path, logger: silentLogger, clock: systemClock }));
