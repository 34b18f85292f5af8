import { StringDecoder } from "node:string_decoder";
import {
  accountId,
  type Clock,
  type LogEvent,
  type Logger,
  messageOf,
  type Region,
  ServiceError,
  type WorkloadId,
} from "@fleetless/kernel";
import type { Authoriser } from "../gateway/ports.ts";
import {
  type LogIngestion,
  type LogStreamLocation,
  permissionsToCreateLogStream,
  permissionsToIngestLogEvents,
} from "../services/logs/service.ts";
import type { SessionLog } from "../sessions/sessions.ts";
import type { Store } from "../state/store.ts";
import { denialOf, regionNamed, workloadPrincipal } from "./workload-principal.ts";
import { findWorkload } from "./workload-store.ts";

export interface SessionLogTarget {
  readonly group: string;
  /** The workload's own where left out. */
  readonly region?: string;
  /** Under which of the workload's roles it is written: the first that IAM allows it. */
  readonly roles: readonly ("task" | "execution")[];
  readonly required: boolean;
}

export interface SessionLogDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly authoriser: Authoriser;
  readonly logIngestion: LogIngestion;
}

const gatherMilliseconds = 500;
const longestLine = 256 * 1024;
/** Characters that wait to be stored; what comes beyond while the store is behind ends the gathering early. */
const largestBatch = 512 * 1024;

/** Keeps what a session shows as a log stream with the session's name, a line an event. */
class StreamedSessionLog implements SessionLog {
  readonly required: boolean;
  readonly #dependencies: SessionLogDependencies;
  readonly #workload: WorkloadId;
  readonly #stream: string;
  readonly #target: SessionLogTarget;
  readonly #decoder = new StringDecoder("utf8");
  #location: LogStreamLocation | undefined;
  #line = "";
  #events: LogEvent[] = [];
  #waiting = 0;
  #batch = 0;
  #timer: NodeJS.Timeout | undefined;
  #storing: Promise<void> = Promise.resolve();

  constructor(dependencies: SessionLogDependencies, workload: WorkloadId, stream: string, target: SessionLogTarget) {
    this.#dependencies = dependencies;
    this.#workload = workload;
    this.#stream = stream;
    this.#target = target;
    this.required = target.required;
  }

  async open(): Promise<string | undefined> {
    const { store, logIngestion, logger } = this.#dependencies;
    const { group } = this.#target;
    const fail = (why: string): string => {
      logger.warn({ session: this.#stream, group, reason: why }, "a session is not logged");
      return `The session cannot be logged to the log group ${group}: ${why}`;
    };
    const record = await store.read((transaction) => findWorkload(transaction, this.#workload));
    if (record === undefined) return fail(`there is no workload ${this.#workload}`);
    const region = regionNamed(this.#target.region ?? record.region);
    if (region === undefined) return fail(`there is no region ${this.#target.region}`);
    const location = { accountId: accountId(record.accountId), region, group, stream: this.#stream };
    try {
      const denial = await this.#denial(location, region);
      if (denial !== undefined) return fail(denial);
      await logIngestion.ensureLogStream({ ...location, createGroup: false });
      this.#location = location;
      return undefined;
    } catch (thrown) {
      if (thrown instanceof ServiceError) return fail(`${thrown.code}: ${thrown.message}`);
      throw thrown;
    }
  }

  /** Why none of the roles may write the stream; undefined where one may. */
  async #denial(location: LogStreamLocation, region: Region): Promise<string | undefined> {
    const { store, authoriser, clock } = this.#dependencies;
    const permissions = [
      ...permissionsToCreateLogStream({ ...location, createGroup: false }),
      ...permissionsToIngestLogEvents(location),
    ];
    let denial: string | undefined;
    for (const role of this.#target.roles) {
      const principal = await store.read(async (transaction) => {
        const record = await findWorkload(transaction, this.#workload);
        return record && (await workloadPrincipal(transaction, record, role));
      });
      const refused =
        principal === undefined
          ? `the task has no ${role} role`
          : await denialOf(authoriser, principal, permissions, { region, now: clock.now() });
      if (refused === undefined) return undefined;
      denial ??= refused;
    }
    return denial;
  }

  write(bytes: Uint8Array): void {
    if (this.#location === undefined) return;
    const lines = `${this.#line}${this.#decoder.write(Buffer.from(bytes))}`.split("\n");
    this.#line = lines.pop() ?? "";
    for (const line of lines) this.#add(line);
    if (this.#line.length > longestLine) {
      this.#add(this.#line);
      this.#line = "";
    }
    if (this.#waiting > largestBatch) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), gatherMilliseconds);
  }

  #add(line: string): void {
    const message = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (message === "") return;
    this.#events.push({ timestamp: this.#dependencies.clock.now(), message });
    this.#waiting += message.length;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const location = this.#location;
    const events = this.#events;
    if (location === undefined || events.length === 0) return;
    this.#events = [];
    this.#waiting = 0;
    this.#batch += 1;
    const delivery = { ...location, batch: this.#batch, events };
    const { logIngestion, logger } = this.#dependencies;
    this.#storing = this.#storing
      .then(() => logIngestion.ingestLogEvents(delivery))
      .catch((thrown: unknown) =>
        logger.warn({ session: this.#stream, error: messageOf(thrown) }, "a part of a session's log was lost"),
      );
  }

  async close(): Promise<void> {
    this.#add(`${this.#line}${this.#decoder.end()}`);
    this.#line = "";
    this.#flush();
    await this.#storing;
  }
}

export const createSessionLog = (
  dependencies: SessionLogDependencies,
  workload: WorkloadId,
  stream: string,
  target: SessionLogTarget,
): SessionLog => new StreamedSessionLog(dependencies, workload, stream, target);
