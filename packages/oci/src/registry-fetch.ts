/** The part of an answer that is read, as `fetch` has it. */
export interface RegistryResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null;
}

interface RegistryRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** How requests get to a registry; follows redirections, as `fetch` does. */
export type RegistryFetch = (url: string, request: RegistryRequest) => Promise<RegistryResponse>;
