import { silentLogger, systemClock } from "@fleetless/kernel";
import { counters } from "../../conformance/subjects.ts";
import { parsePostgresLocation } from "../location.ts";
import { openPostgresStore } from "../open.ts";

/** A process beside the test's: `feed-writer.ts <URL> <name> <transactions>`, in groups of eight at once. */
const [, , url = "", name = "", transactions = "0"] = process.argv;
const store = await openPostgresStore({
  location: parsePostgresLocation(url),
  logger: silentLogger,
  clock: systemClock,
});
for (let first = 0; first < Number(transactions); first += 8) {
  await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      store.transaction(async (tx) => {
        tx.put(counters, `${name}/${first + index}`, { count: 1 });
        const shared = await tx.get(counters, "shared");
        tx.put(counters, "shared", { count: (shared?.count ?? 0) + 1 });
      }),
    ),
  );
}
await store.close();
