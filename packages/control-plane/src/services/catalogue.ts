import { stsOperations } from "./sts/operations.ts";

/** What is known of a service without a running store: enough for docs/compatibility. */
export interface CatalogueEntry {
  /** The service's name in the SigV4 credential scope. */
  readonly signingName: string;
  readonly model: () => Promise<object>;
  readonly operationNames: readonly string[];
  /** Operations that only keep what they are given. */
  readonly storedOnly: readonly string[];
}

/** Every service, one line each: add yours here when you add its folder. */
export const catalogue: readonly CatalogueEntry[] = [
  {
    signingName: "sts",
    model: () => import("@aws-sdk/client-sts"),
    operationNames: Object.keys(stsOperations),
    storedOnly: [],
  },
];
