import { notSupported } from "./errors.ts";

/** What is not supported is refused by its name, never taken and forgotten. Throws UnsupportedOperation. */
export const refuseParameters = <Input extends object>(
  input: Input,
  names: readonly (keyof Input & string)[],
): void => {
  for (const name of names) {
    const value: unknown = input[name];
    const isEmpty = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) throw notSupported(`The parameter ${name}`);
  }
};
