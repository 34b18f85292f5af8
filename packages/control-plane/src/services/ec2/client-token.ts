import type { Clock } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import { idempotently } from "../../state/idempotency.ts";
import type { Transaction } from "../../state/store.ts";
import { idempotentMismatch } from "./errors.ts";

interface Creation<Result> {
  readonly operation: string;
  readonly input: { readonly ClientToken?: string | undefined };
  readonly make: () => Promise<Result>;
  /** The same answer anew, from the one that was kept; throws the not-found error where what was made is gone. */
  readonly repeat: (kept: unknown) => Promise<Result>;
}

/** Makes one resource for one client token. Throws IdempotentParameterMismatch, and what making throws. */
export const makeOnce = <Result>(
  transaction: Transaction,
  call: Call,
  clock: Clock,
  { operation, input, make, repeat }: Creation<Result>,
): Promise<Result> =>
  idempotently<Result>(transaction, {
    scope: `${call.accountId}/${call.region}/ec2:${operation}`,
    token: input.ClientToken,
    input,
    now: clock.now(),
    mismatch: idempotentMismatch,
    make,
    repeat,
  });

/** The token of a request, for an answer that repeats it. */
export const tokenIn = ({ ClientToken }: { readonly ClientToken?: string | undefined }): { ClientToken?: string } =>
  ClientToken === undefined ? {} : { ClientToken };
