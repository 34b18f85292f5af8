import { constraintViolated, unsupportedParameter } from "./errors.ts";

/** The bounds of a parameter, both inclusive. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Throws ValidationError where a number lies outside its bounds. */
export const checkBounds = (value: number, parameter: string, { least, most }: Bounds): void => {
  if (value < least) throw constraintViolated(String(value), parameter, `have value greater than or equal to ${least}`);
  if (value > most) throw constraintViolated(String(value), parameter, `have value less than or equal to ${most}`);
};

/** Throws ValidationError where a text's length lies outside its bounds. */
export const checkLength = (value: string, parameter: string, { least, most }: Bounds): void => {
  if (value.length < least) {
    throw constraintViolated(value, parameter, `have length greater than or equal to ${least}`);
  }
  if (value.length > most) throw constraintViolated(value, parameter, `have length less than or equal to ${most}`);
};

/** Throws ValidationError where a text does not match; `pattern` must be anchored. */
export const checkPattern = (value: string, parameter: string, pattern: RegExp, shown: string): void => {
  if (!pattern.test(value)) throw constraintViolated(value, parameter, `satisfy regular expression pattern: ${shown}`);
};

/** Throws for the first of the parameters that is given: none of them may be taken and then not obeyed. */
export const refuseParameters = (operation: string, parameters: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(parameters)) {
    const given = Array.isArray(value) ? value.length > 0 : value !== undefined;
    if (given) throw unsupportedParameter(operation, name);
  }
};

const durationBounds = { least: 900, most: 43_200 };

/** What every session of a role is asked for. */
export const checkSession = (input: {
  readonly RoleSessionName: string | undefined;
  readonly DurationSeconds?: number | undefined;
}): void => {
  const { RoleSessionName: sessionName = "", DurationSeconds: duration } = input;
  checkLength(sessionName, "roleSessionName", { least: 2, most: 64 });
  checkPattern(sessionName, "roleSessionName", /^[\w+=,.@-]*$/, "[\\w+=,.@-]*");
  if (duration !== undefined) checkBounds(duration, "durationSeconds", durationBounds);
};
