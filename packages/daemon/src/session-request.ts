import type { ControlPlane } from "@fleetless/control-plane";
import { LocalApiError } from "./local-api.ts";

type SessionRequest = Parameters<ControlPlane["openSession"]>[0];

const longestText = 255;
const mostWords = 4_096;

const textOf = (body: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(body, name);
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "" || value.length > longestText) {
    throw new LocalApiError(400, `${name} is a text of at most ${longestText} characters`);
  }
  return value;
};

const isCommand = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= mostWords &&
  value.every((word) => typeof word === "string" && !word.includes("\0"));

type CaptureRequest = Parameters<ControlPlane["openCapture"]>[0];

const longestFilter = 1_024;

/** Reads what `POST /captures` is given; its numbers the node checks. Throws LocalApiErrors. */
export const captureRequestFrom = (body: unknown): CaptureRequest => {
  if (typeof body !== "object" || body === null) throw new LocalApiError(400, "The body is a JSON object");
  const [cluster, task] = ["cluster", "task"].map((name) => textOf(body, name));
  if (task === undefined) throw new LocalApiError(400, "task is missing");
  const [filter, seconds, packets] = ["filter", "seconds", "packets"].map((name): unknown => Reflect.get(body, name));
  if (typeof filter !== "string" || filter.length > longestFilter) {
    throw new LocalApiError(400, `filter is a text of at most ${longestFilter} characters`);
  }
  if (typeof seconds !== "number" || (packets !== undefined && typeof packets !== "number")) {
    throw new LocalApiError(400, "seconds and packets are numbers");
  }
  return { cluster, task, capture: { filter, seconds, ...(packets === undefined ? {} : { packets }) } };
};

/** Reads what `POST /sessions` is given. Throws LocalApiErrors. */
export const sessionRequestFrom = (body: unknown): SessionRequest => {
  if (typeof body !== "object" || body === null) throw new LocalApiError(400, "The body is a JSON object");
  const [cluster, task, container, user] = ["cluster", "task", "container", "user"].map((name) => textOf(body, name));
  if (task === undefined) throw new LocalApiError(400, "task is missing");
  const command: unknown = Reflect.get(body, "command");
  if (!isCommand(command)) throw new LocalApiError(400, "command is a list of words");
  const isTerminal = Reflect.get(body, "terminal") === true;
  return {
    cluster,
    task,
    container,
    command,
    type: isTerminal ? "InteractiveCommands" : "NonInteractiveCommands",
    ...(user === undefined ? {} : { user }),
  };
};
