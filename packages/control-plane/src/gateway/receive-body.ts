import type { IncomingMessage } from "node:http";
import { requestTooLarge } from "./errors.ts";

const empty = Buffer.alloc(0);

/** The whole body. Throws RequestEntityTooLarge as soon as it is longer than `limit` bytes. */
export const receiveBody = (message: IncomingMessage, limit: number): Promise<Buffer> => {
  const length = message.headers["content-length"];
  if (length === undefined && message.headers["transfer-encoding"] === undefined) return Promise.resolve(empty);
  if (Number(length ?? 0) > limit) return Promise.reject(requestTooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    message.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received > limit) {
        message.removeAllListeners("data");
        message.pause();
        reject(requestTooLarge(limit));
      } else chunks.push(chunk);
    });
    message.on("end", () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, received));
    });
    message.on("error", reject);
    message.on("close", () => reject(new Error("the connection closed within the request's body")));
  });
};
