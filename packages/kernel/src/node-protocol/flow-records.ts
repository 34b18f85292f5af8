import type { NetworkInterfaceId, WorkloadId } from "../ids.ts";

/** Packets of one flow at one interface within one window, as the interface sees them. */
export interface FlowRecord {
  readonly direction: "ingress" | "egress";
  readonly action: "ACCEPT" | "REJECT";
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  /** 0 where the protocol has no ports. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** IANA's number. */
  readonly protocol: number;
  readonly packets: number;
  readonly bytes: number;
  /** FIN 1, SYN 2, RST 4 and SYN with ACK 18, each that was seen, together. */
  readonly tcpFlags: number;
}

/** What a flow log has to tell of one interface and one window, or of a part of a window with very many flows. */
export interface FlowRecordDelivery {
  /** `fl-…` */
  readonly flowLogId: string;
  readonly workloadId: WorkloadId;
  readonly networkInterfaceId: NetworkInterfaceId;
  /** Rises with every delivery of a node: one that was stored already is acknowledged and not stored twice. */
  readonly batch: number;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly end: number;
  /** Whether there were flows that are not among these. */
  readonly skipped: boolean;
  /** Empty where nothing passed. */
  readonly flows: readonly FlowRecord[];
}
