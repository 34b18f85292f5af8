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

/** Which packets of a task's interface are wanted. */
export interface PacketCapture {
  /** In pcap-filter(7)'s language, at most 1,024 characters; empty for all packets. */
  readonly filter: string;
  /** After so many seconds it ends, and after so many packets where that is given. */
  readonly seconds: number;
  readonly packets?: number;
}

/** The packets of a workload's interface as a pcap, on the process's standard output. The end of its input ends it. */
export interface CaptureRequest {
  readonly id: string;
  readonly workloadId: WorkloadId;
  readonly capture: PacketCapture;
}

/** What a control plane asks a node to run. */
export type NodeProcessRequest = ProcessRequest | CaptureRequest;
/** The same before it has an id. */
export type WantedProcess = Omit<ProcessRequest, "id"> | Omit<CaptureRequest, "id">;

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
