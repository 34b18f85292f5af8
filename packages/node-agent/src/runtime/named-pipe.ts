import { closeSync, constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { runCommand } from "../machine/run-command.ts";

export const makeNamedPipe = async (path: string): Promise<void> => {
  await runCommand("mkfifo", ["-m", "600", path]);
};

/** The reading end of a named pipe, kept from its end until `release` is called: until others have opened it to write. */
export const readNamedPipe = (path: string): { readonly stream: Socket; readonly release: () => void } => {
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  let held = true;
  return {
    stream: new Socket({ fd: reader, readable: true, writable: false }),
    release: () => {
      if (held) closeSync(writer);
      held = false;
    },
  };
};

/** The writing end; nothing is lost that is written before others have opened it to read. */
export const writeNamedPipe = (path: string): Socket =>
  new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), readable: false, writable: true });

export const removeNamedPipes = async (paths: readonly string[]): Promise<void> => {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
};
