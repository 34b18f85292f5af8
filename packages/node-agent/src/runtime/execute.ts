import { randomBytes } from "node:crypto";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { runCommand } from "../machine/run-command.ts";
import { isAlreadyExists, isUnavailable } from "./containerd/client.ts";
import type { Tasks } from "./containerd/tasks.ts";
import type { OciProcess } from "./spec/oci.ts";

export interface Execution {
  readonly containerId: string;
  readonly execId: string;
  readonly process: OciProcess;
  readonly timeoutMilliseconds: number;
  /** Where the pipe for the output is put. */
  readonly directory: string;
  readonly onTimeout: (execId: string) => Promise<void>;
}

export interface ExecutionEnd {
  /** Undefined where the command was killed since its time was over. */
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** How often a command is made anew whose start was cut off by the end of containerd. */
const attempts = 5;

/** What ECS keeps of a health check's output. */
const outputLimit = 4096;

/** How long after its time a command's end is still waited for. */
const graceMilliseconds = 10_000;

/**
 * Runs a command inside a container and answers its exit code and the first 4 KiB of its output. More output is
 * read and dropped, so that it neither fills a disk nor blocks the command. Where containerd ends while the command is
 * started, the command is run anew: it must bear being run twice.
 */
export const executeInside = async (tasks: Tasks, execution: Execution): Promise<ExecutionEnd> => {
  for (let attempt = 1; ; attempt += 1) {
    const execId = attempt === 1 ? execution.execId : `${execution.execId}-${attempt}`;
    try {
      return await executeOnce(tasks, { ...execution, execId });
    } catch (thrown) {
      // containerd may have made the command and ended before it said so.
      if (attempt === attempts || !(isUnavailable(thrown) || isAlreadyExists(thrown))) throw thrown;
    }
  }
};

const executeOnce = async (tasks: Tasks, execution: Execution): Promise<ExecutionEnd> => {
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
    const timeout = new AbortController();
    try {
      await tasks.exec(containerId, execId, process, { output: pipe, error: pipe });
      const ended = tasks.wait(containerId, execId, timeoutMilliseconds + graceMilliseconds);
      ended.catch(() => undefined);
      await tasks.startExec(containerId, execId);
      const expired = new Promise<"expired">((resolve) => {
        const timer = setTimeout(() => resolve("expired"), timeoutMilliseconds);
        timeout.signal.addEventListener("abort", () => clearTimeout(timer));
      });
      let end = await Promise.race([ended, expired]);
      if (end === "expired") {
        await execution.onTimeout(execId);
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
    } catch (thrown) {
      await tasks.abandonExec(containerId, execId);
      throw thrown;
    } finally {
      timeout.abort();
    }
  } finally {
    closeSync(writer);
    reader.destroy();
    await rm(pipe, { force: true });
  }
};
