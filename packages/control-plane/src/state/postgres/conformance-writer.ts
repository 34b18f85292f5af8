import { silentLogger, systemClock } from "@fleetless/kernel";
import { writeUntilKilled } from "../conformance/write-until-killed.ts";
import { parsePostgresLocation } from "./location.ts";
import { openPostgresStore } from "./open.ts";

/** The process that the conformance suite kills while it writes: `conformance-writer.ts <URL>`. */
const [, , url] = process.argv;
if (url === undefined) throw new Error("Say which database to write.");
const location = parsePostgresLocation(url);
await writeUntilKilled(await openPostgresStore({ location, logger: silentLogger, clock: systemClock }));
