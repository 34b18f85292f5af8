import { pino } from "pino";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** What every part logs through: an object of fields first, then a sentence. */
export interface Logger {
  trace(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

const secretPaths = ["secretAccessKey", "SecretAccessKey", "sessionToken", "authorization", "password", "token"];

/** A logger that writes JSON lines to standard error; the fields that hold secrets are censored. */
export const createLogger = (level: LogLevel = "info"): Logger =>
  pino(
    {
      level,
      base: null,
      redact: { paths: secretPaths.flatMap((path) => [path, `*.${path}`]), censor: "[secret]" },
    },
    pino.destination({ fd: 2, sync: true }),
  );

export const silentLogger: Logger = createLogger("silent");
