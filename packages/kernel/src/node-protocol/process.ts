import type { WorkloadId } from "../ids.ts";
import type { MessageChannel } from "./message-channel.ts";

/** A command to be run inside a container of a workload, beside the container's own. */
export interface ProcessRequest {
  /** By which the node takes the request up. */
  readonly id: string;
  readonly workloadId: WorkloadId;
  readonly container: string;
  readonly command: readonly string[];
  /** With a terminal both output streams are one. */
  readonly terminal: boolean;
  /** As in a container definition; the container's own where left out. */
  readonly user?: string;
}

export type ProcessInput =
  | { readonly kind: "input"; readonly bytes: Uint8Array }
  | { readonly kind: "end-of-input" }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number };

export type ProcessOutput =
  | { readonly kind: "started" }
  | { readonly kind: "output"; readonly stream: "stdout" | "stderr"; readonly bytes: Uint8Array }
  /** The last message. */
  | { readonly kind: "ended"; readonly exitCode: number }
  /** The last message, where the command did not run or cannot be told of; `reason` is a sentence for users. */
  | { readonly kind: "failed"; readonly reason: string };

/** The node's end. When the other end closes, the command is killed with all that it started. */
export type NodeProcessChannel = MessageChannel<ProcessOutput, ProcessInput>;
/** The control plane's end. */
export type ProcessChannel = MessageChannel<ProcessInput, ProcessOutput>;

export const bytesOfProcessMessage = (message: ProcessInput | ProcessOutput): number =>
  message.kind === "input" || message.kind === "output" ? message.bytes.length : 16;
