import { once } from "node:events";
import { type ContainerdClient, isAlreadyExists, isNotFound } from "../containerd/client.ts";
import type { Descriptor } from "../containerd/messages.ts";
import type { PullPace } from "./pull-pace.ts";

interface WriteResponse {
  readonly action: "STAT" | "WRITE" | "COMMIT";
  readonly offset: number;
}

export interface BlobWrite {
  readonly descriptor: Descriptor;
  /** The blob's bytes from an offset, which is above 0 where an earlier attempt was cut off. */
  readonly read: (offset: number) => AsyncIterable<Uint8Array>;
  readonly labels: Readonly<Record<string, string>>;
  readonly lease: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (bytes: number) => void;
  readonly pace?: PullPace | undefined;
}

const chunkBytes = 1024 * 1024;

/** Blobs in containerd's content store; containerd verifies each one's size and digest when it is committed. */
export class ContentStore {
  readonly #client: ContainerdClient;

  constructor(client: ContainerdClient) {
    this.#client = client;
  }

  async has(digest: string): Promise<boolean> {
    try {
      await this.#client.call("Content", "Info", { digest });
      return true;
    } catch (thrown) {
      if (isNotFound(thrown)) return false;
      throw thrown;
    }
  }

  read(digest: string, limit: number): Promise<Buffer> {
    return this.#client.patiently(() => this.#readOnce(digest, limit));
  }

  async #readOnce(digest: string, limit: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    const call = this.#client.readable<{ readonly data: Buffer }>("Content", "Read", { digest });
    for await (const message of call) {
      const { data } = message as { readonly data: Buffer };
      size += data.length;
      if (size > limit) {
        call.cancel();
        throw new Error(`blob ${digest} is larger than ${limit} bytes`);
      }
      chunks.push(data);
    }
    return Buffer.concat(chunks);
  }

  async label(digest: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const paths = Object.keys(labels).map((name) => `labels.${name}`);
    await this.#client.call("Content", "Update", { info: { digest, labels }, update_mask: { paths } });
  }

  /** Writes one blob, from where an earlier attempt ended; one that is there already is left alone. */
  async write(write: BlobWrite): Promise<void> {
    const { descriptor, lease } = write;
    const ref = `fleetless-${descriptor.digest}`;
    const call = this.#client.duplex("Content", "Write", { lease });
    const answers = call[Symbol.asyncIterator]() as AsyncIterator<WriteResponse>;
    const abort = (): void => call.cancel();
    write.signal.addEventListener("abort", abort, { once: true });
    try {
      write.signal.throwIfAborted();
      const common = { ref, total: descriptor.size, expected: descriptor.digest };
      const exchange = async (request: object): Promise<WriteResponse | undefined> => {
        if (!call.write(request)) await Promise.race([once(call, "drain"), once(call, "close")]);
        const answer = await answers.next();
        return answer.done === true ? undefined : answer.value;
      };
      let offset = (await exchange({ action: "STAT", ...common }))?.offset ?? 0;
      if (offset < descriptor.size) {
        for await (const part of write.read(offset)) {
          for (let start = 0; start < part.length; start += chunkBytes) {
            const data = part.subarray(start, start + chunkBytes);
            offset += data.length;
            await write.pace?.rest();
            if (offset > descriptor.size)
              throw new Error(`blob ${descriptor.digest} is longer than its ${descriptor.size} bytes`);
            await exchange({ action: "WRITE", ref, offset: offset - data.length, data });
            write.onProgress?.(offset);
          }
        }
      }
      if (offset !== descriptor.size)
        throw new Error(`blob ${descriptor.digest} ended after ${offset} of ${descriptor.size} bytes`);
      await exchange({ action: "COMMIT", ...common, offset, labels: write.labels });
    } catch (thrown) {
      if (isAlreadyExists(thrown)) return;
      if (write.signal.aborted) throw write.signal.reason;
      if (/unexpected commit (digest|size)/.test(String(thrown))) {
        await this.#client.call("Content", "Abort", { ref }).catch(() => undefined);
      }
      throw thrown;
    } finally {
      write.signal.removeEventListener("abort", abort);
      call.on("error", () => undefined);
      call.end();
    }
  }
}
