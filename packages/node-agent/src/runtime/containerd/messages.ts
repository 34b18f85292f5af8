import type { AnyMessage, TimestampMessage } from "./client.ts";

/** The messages of containerd.proto that pass between this room's files. */
export interface Descriptor {
  readonly media_type: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Mount {
  readonly type: string;
  readonly source: string;
  readonly target?: string;
  readonly options: readonly string[];
}

export interface ContainerRecord {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly created_at?: TimestampMessage | null;
}

export interface TaskProcess {
  /** The container's id; `container_id` stays empty in a list. */
  readonly id: string;
  readonly pid: number;
  readonly status: "UNKNOWN" | "CREATED" | "RUNNING" | "STOPPED" | "PAUSED" | "PAUSING";
  readonly exit_status: number;
  readonly exited_at: TimestampMessage | null;
}

export interface ImageRecord {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly target: Descriptor | null;
}

export interface Envelope {
  readonly topic: string;
  readonly event: (AnyMessage & { readonly value: Buffer }) | null;
}
