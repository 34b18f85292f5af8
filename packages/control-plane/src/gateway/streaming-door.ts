import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "./exchange.ts";

/** A protocol beside AWS's on the same port, whose bodies are streamed, such as the distribution API of images. */
export interface StreamingDoor {
  /** Whether a request, by its head, is this door's. */
  accepts(message: IncomingMessage): boolean;
  /** Answers always, or cuts the connection; never throws. */
  serve(message: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void>;
}
