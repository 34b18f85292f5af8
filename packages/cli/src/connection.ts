import { type LocalSocket, NotRunning, openLocalSocket } from "./local-socket.ts";

/** What `GET /status` of the local API answers. */
interface DaemonStatus {
  readonly version: string;
  readonly pid: number;
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly isolation: string;
  readonly startedAt: number;
  readonly dataDirectory: string;
  /** Where the state is, without a password. */
  readonly store: string;
  readonly strict: boolean;
  readonly tasks: { readonly running: number; readonly stopped: number };
}

export interface Connection {
  readonly status: DaemonStatus;
  readonly local: LocalSocket;
  /** Settings for an AWS SDK client that acts as the account's root user. */
  readonly clientSettings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** Finds the Fleetless of a data directory. Throws a CommandFailure that says how to start it. */
export const connect = async (dataDirectory: string): Promise<Connection> => {
  const local = openLocalSocket(dataDirectory);
  const status = await local.get<DaemonStatus>("/status");
  const credentials = await local.get<{ accessKeyId: string; secretAccessKey: string }>("/root-access-key");
  return { status, local, clientSettings: { endpoint: status.endpoint, region: status.region, credentials } };
};

/** As `connect`, but answers undefined where nothing runs. Throws where that cannot be told. */
export const connectIfRunning = async (dataDirectory: string): Promise<Connection | undefined> => {
  try {
    return await connect(dataDirectory);
  } catch (error) {
    if (error instanceof NotRunning) return undefined;
    throw error;
  }
};
