import type { SessionType } from "@fleetless/aws-protocol/session-manager";
import type { NodeId, WantedProcess } from "@fleetless/kernel";

/** A command inside a container or a capture of packets, for whoever has the session's token. */
export interface Session {
  readonly id: string;
  readonly nodeId: NodeId;
  /** What is run once the session is opened. */
  readonly process: WantedProcess;
  readonly type: SessionType;
  /** Whether the client is told how the command ended; AWS's own clients would show it as output. */
  readonly reportsExitCode: boolean;
  /** Neither input nor output for so long ends the session. */
  readonly idleMilliseconds: number;
  readonly log?: SessionLog;
}

/** Where what a session shows is kept. */
export interface SessionLog {
  /** Makes the stream ready. The sentence that says why it cannot be; undefined where it is ready. */
  open(): Promise<string | undefined>;
  /** Whether the session may go on without its log. */
  readonly required: boolean;
  write(bytes: Uint8Array): void;
  /** All that was written is stored when it resolves. */
  close(): Promise<void>;
}
