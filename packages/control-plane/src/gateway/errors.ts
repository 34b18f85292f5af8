import { defineError } from "@fleetless/kernel";

/** The errors that every service has in common, by Query's codes; each protocol words them its own way. */

export const accessDenied = defineError("AccessDenied", 403, (message: string) => message);

export const unknownOperation = defineError(
  "InvalidAction",
  400,
  (service: string, operation: string) => `The action ${operation} is not valid for the service ${service}.`,
);

export const unsupportedOperation = defineError(
  "UnsupportedOperation",
  400,
  (service: string, operation: string) => `Fleetless does not support ${service}:${operation} yet.`,
);

export const unsupportedService = defineError(
  "UnsupportedOperation",
  400,
  (service: string, known: readonly string[]) =>
    `Fleetless does not offer the service ${service} yet; it offers ${known.join(", ")}.`,
);

export const requestTooLarge = defineError(
  "RequestEntityTooLarge",
  413,
  (limit: number) => `The request's body is larger than the ${limit} bytes allowed.`,
);

export const serviceUnavailable = defineError(
  "ServiceUnavailable",
  503,
  () => "The requests that are under way fill the memory there is for them. Try again in a moment.",
);

/**
 * Where AWS's client would wait for an answer that never comes. Not of the errors that clients try again: who has to
 * mend it is a person.
 */
export const unreachableService = defineError(
  "UnreachableService",
  400,
  (service: string, because: string) => `There is no way to ${service} from here: ${because}.`,
);

export const storeUnavailable = defineError(
  "ServiceUnavailable",
  503,
  () => "The database that holds the state of Fleetless does not answer. Try again in a moment.",
);

export const internalFailure = defineError(
  "InternalFailure",
  500,
  (requestId: string) =>
    `The request failed because of an internal error; its log entry bears request id ${requestId}.`,
);
