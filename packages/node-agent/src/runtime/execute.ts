import { randomBytes } from "node:crypto";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { runCommand } from "../machine/run-command.ts";
import type { Tasks } from "./containerd/tasks.ts";
import type { OciProcess } from "./spec/oci.ts";

export interface Execution {
  readonly containerId: string;
  readonly execId: string;
  readonly process: OciProcess;
  readonly timeoutMilliseconds: number;
  /** Where the pipe for the output is put. */
  readonly directory: string;
  readonly onTimeout: () => Promise<void>;
}

/** What ECS keeps of a health check's output. */
const outputLimit = 4096;

/** How long after its time a command's end is still waited for. */
const graceMilliseconds = 10_000;

/**
 * Runs a command inside a container and answers its exit code and the first 4 KiB of its output. More output is
 * read and dropped, so that it neither fills a disk nor blocks the command.
 */
export const executeInside = async (
  tasks: Tasks,
  execution: Execution,
): Promise<{ readonly exitCode: number | undefined; readonly output: string }> => {
  const { containerId, execId, process, timeoutMilliseconds } = execution;
  const pipe = join(execution.directory, `${execId}.pipe`);
  await runCommand("mkfifo", ["-m", "600", pipe]);
  const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const reader = new Socket({ fd: descriptor, readable: true, writable: false });
  const marker = randomBytes(16);
  let kept = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  const drained = new Promise<void>((resolve) => {
    reader.on("data", (chunk: Buffer) => {
      if (kept.length < outputLimit + marker.length)
        kept = Buffer.concat([kept, chunk.subarray(0, outputLimit + marker.length)]);
      tail = Buffer.concat([tail, chunk]).subarray(-marker.length);
      if (tail.equals(marker)) resolve();
    });
    reader.on("error", () => resolve());
  });
  try {
    await tasks.exec(containerId, execId, process, { output: pipe, error: pipe });
    const timeout = new AbortController();
    try {
      const ended = tasks.wait(containerId, execId, timeoutMilliseconds + graceMilliseconds);
      ended.catch(() => undefined);
      await tasks.startExec(containerId, execId);
      const expired = new Promise<"expired">((resolve) => {
        const timer = setTimeout(() => resolve("expired"), timeoutMilliseconds);
        timeout.signal.addEventListener("abort", () => clearTimeout(timer));
      });
      let end = await Promise.race([ended, expired]);
      if (end === "expired") {
        await execution.onTimeout();
        await tasks.kill(containerId, 9, { execId });
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, graceMilliseconds / 2))]);
        end = undefined;
      }
      await tasks.deleteExec(containerId, execId);
      writeSync(writer, marker);
      await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
      const at = kept.indexOf(marker);
      const output = (at < 0 ? kept : kept.subarray(0, at)).subarray(0, outputLimit).toString();
      return { exitCode: end?.exitCode, output };
    } finally {
      timeout.abort();
      await tasks.deleteExec(containerId, execId).catch(() => undefined);
    }
  } finally {
    closeSync(writer);
    reader.destroy();
    await rm(pipe, { force: true });
  }
};
