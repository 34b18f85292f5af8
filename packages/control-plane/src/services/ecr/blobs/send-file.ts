import { open } from "node:fs/promises";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";

const chunkBytes = 512 * 1024;
/** One is read while one is on its way, and one waits for whichever is slower. */
const mostBuffers = 3;

/**
 * Writes a part of a file, both ends included, and ends the target. Its few buffers are used again and again: fresh
 * memory for each chunk, which is what a file's stream takes, costs more than reading and sending it. Throws where
 * the file is shorter or the target is closed before its end.
 */
export const sendFile = async (path: string, start: number, end: number, target: Writable): Promise<void> => {
  const sent = finished(target, { readable: false });
  // It is awaited at the end; before that the loop finds out by itself.
  sent.catch(() => undefined);
  const free: Buffer[] = [];
  let buffers = 0;
  let wake: () => void = () => undefined;
  const wakeUp = (): void => wake();
  target.once("close", wakeUp);
  const take = async (): Promise<Buffer | undefined> => {
    while (!target.destroyed) {
      const buffer = free.pop();
      if (buffer !== undefined) return buffer;
      if (buffers < mostBuffers) {
        buffers += 1;
        return Buffer.allocUnsafeSlow(Math.min(chunkBytes, end - start + 1));
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return undefined;
  };
  const file = await open(path);
  try {
    for (let position = start; position <= end; ) {
      const buffer = await take();
      if (buffer === undefined) break;
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - position + 1), position);
      if (bytesRead === 0) throw new Error(`${path} ends before ${end}`);
      position += bytesRead;
      if (target.destroyed) break;
      target.write(buffer.subarray(0, bytesRead), () => {
        free.push(buffer);
        wake();
      });
    }
    if (!target.destroyed) target.end();
    await sent;
  } finally {
    target.off("close", wakeUp);
    await file.close();
  }
};
