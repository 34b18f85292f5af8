import type { Clock } from "@fleetless/kernel";
import type { Store } from "./store.ts";

/** Resolves at the next commit, when the time is over or when the signal is aborted, whichever is first. */
export const nextCommit = (
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  milliseconds: number,
  signal: AbortSignal,
): { readonly woken: Promise<void>; readonly stop: () => void } => {
  const waiting = new AbortController();
  let unsubscribe = (): void => undefined;
  const woken = new Promise<void>((resolve) => {
    unsubscribe = store.onCommit(resolve);
    clock.sleep(milliseconds, AbortSignal.any([signal, waiting.signal])).then(resolve, () => resolve());
  });
  return {
    woken,
    stop: (): void => {
      unsubscribe();
      waiting.abort(new Error("The wait is over."));
    },
  };
};
