import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe } from "vitest";
import type { OpenedStore } from "./append/append-tables.ts";
import { auditRecordsConformance } from "./conformance/audit-records.ts";
import { changeFeedConformance } from "./conformance/change-feed.ts";
import { documentsConformance } from "./conformance/documents.ts";
import type { DriverUnderTest, StoreUnderTest } from "./conformance/driver.ts";
import { durabilityConformance } from "./conformance/durability.ts";
import { logEventsConformance } from "./conformance/log-events.ts";
import { transactionsConformance } from "./conformance/transactions.ts";
import { usageRecordsConformance } from "./conformance/usage-records.ts";

/** One suite for every driver of the store: all that the contracts in store.ts and append/ promise. */
export const storeConformance = (driver: DriverUnderTest): void => {
  describe(`the store on ${driver.name}`, () => {
    let opened: { store: OpenedStore; directory: string } | undefined;

    const current = (): { store: OpenedStore; directory: string } => {
      if (opened === undefined) throw new Error("No store is open.");
      return opened;
    };

    const subject: StoreUnderTest = {
      get store() {
        return current().store;
      },
      get directory() {
        return current().directory;
      },
      reopen: async () => {
        const { store, directory } = current();
        await store.close();
        opened = { store: await driver.open(directory), directory };
      },
      close: () => current().store.close(),
    };

    beforeEach(async () => {
      const directory = await mkdtemp(join(tmpdir(), "fleetless-store-"));
      opened = { store: await driver.open(directory), directory };
    });

    afterEach(async () => {
      const { store, directory } = current();
      await store.close();
      await rm(directory, { recursive: true });
      opened = undefined;
    });

    documentsConformance(subject);
    transactionsConformance(subject);
    changeFeedConformance(subject);
    logEventsConformance(subject);
    auditRecordsConformance(subject);
    usageRecordsConformance(subject);
    durabilityConformance(subject, driver);
  });
};
