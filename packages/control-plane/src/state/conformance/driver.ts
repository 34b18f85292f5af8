import type { OpenedStore } from "../append/append-tables.ts";

/** What a driver gives the suite. `directory` is the test's own; opening it again finds the same data. */
export interface DriverUnderTest {
  readonly name: string;
  readonly open: (directory: string) => Promise<OpenedStore>;
  /**
   * Arguments for Node to run a program that opens the store of `directory` and calls writeUntilKilled of
   * write-until-killed.ts on it.
   */
  readonly writerProgram: (directory: string) => readonly string[];
}

/** The store of the running test, and a way to close and open it again. */
export interface StoreUnderTest {
  readonly store: OpenedStore;
  readonly directory: string;
  reopen(): Promise<void>;
  close(): Promise<void>;
}
