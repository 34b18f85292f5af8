import { defineError, type ServiceError } from "@fleetless/kernel";

/** The request's bytes are not what the protocol asks for. */
export const serialisationError: (message: string) => ServiceError = defineError(
  "SerializationException",
  400,
  (message: string) => message,
);

/** Runs a parser on what an outsider sent: whatever it throws becomes a SerializationException. */
export const parsing = <Result>(what: string, parse: () => Result): Result => {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof RangeError) throw serialisationError(`The ${what} is nested too deeply`);
    if (thrown instanceof SyntaxError || thrown instanceof TypeError) throw serialisationError(`Not a valid ${what}`);
    throw thrown;
  }
};
