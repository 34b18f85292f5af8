import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sendFile } from "./send-file.ts";

const content = randomBytes(5 * 1024 * 1024 + 17);
let directory: string;
let path: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "fleetless-send-"));
  path = join(directory, "file");
  writeFileSync(path, content);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Takes its time with each chunk, and only then looks at it: a buffer that is used too early shows. */
const slowly = (chunks: Buffer[], delays: () => number): Writable =>
  new Writable({
    highWaterMark: 1,
    write: (chunk: Buffer, _encoding, done) => {
      const delay = delays();
      const take = (): void => {
        chunks.push(Buffer.from(chunk));
        done();
      };
      if (delay === 0) take();
      else setTimeout(take, delay);
    },
  });

it("sends any part of a file as it is, however slowly it is taken", async () => {
  const place = fc.nat(content.length - 1);
  await fc.assert(
    fc.asyncProperty(place, place, fc.infiniteStream(fc.nat(2)), async (one, other, delays) => {
      const [start, end] = [Math.min(one, other), Math.max(one, other)];
      const chunks: Buffer[] = [];
      await sendFile(
        path,
        start,
        end,
        slowly(chunks, () => delays.next().value),
      );
      expect(Buffer.concat(chunks).equals(content.subarray(start, end + 1))).toBe(true);
    }),
    { numRuns: 25 },
  );
});

it("ends with an error where whoever takes it goes away, or the file is too short", async () => {
  const chunks: Buffer[] = [];
  const leaving = slowly(chunks, () => 10_000);
  const sending = sendFile(path, 0, content.length - 1, leaving);
  await sleep(20);
  leaving.destroy();
  await expect(sending).rejects.toThrow(/close/i);
  const short = sendFile(
    path,
    0,
    content.length,
    slowly(chunks, () => 0),
  );
  await expect(short).rejects.toThrow("ends before");
  await expect(
    sendFile(
      join(directory, "none"),
      0,
      1,
      slowly(chunks, () => 0),
    ),
  ).rejects.toThrow("ENOENT");
});
