import type { StructureValue } from "../../../packages/aws-protocol/src/index.ts";

/** One exchange as it stands on the wire, and what the service's side sees of it. */
export interface GoldenExchange {
  readonly name: string;
  readonly model: () => Promise<object>;
  readonly operation: string;
  /** Request line, headers, an empty line, body; as text, or as hexadecimal digits where the body is binary. */
  readonly request: string;
  readonly input: StructureValue;
  readonly output: StructureValue;
  /** Status, headers in order of their names, an empty line, body. */
  readonly response: string;
  /** The answer where the service throws this error instead. */
  readonly error: {
    readonly code: string;
    readonly status: number;
    readonly message: string;
    readonly members?: object;
  };
  readonly errorResponse: string;
  readonly binary?: true;
}

export const requestId = "11111111-2222-4333-8444-555555555555";
