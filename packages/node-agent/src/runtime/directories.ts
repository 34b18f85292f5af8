import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where the runtime of one instance keeps what. */
export interface RuntimeDirectories {
  readonly containerdRoot: string;
  readonly storage: string;
  readonly sandboxes: string;
  readonly output: string;
  readonly imports: string;
  readonly images: string;
  /** Short enough for the sockets in it. */
  readonly state: string;
  readonly shims: string;
  readonly managedAgent: string;
}

/** Bytes of a Unix socket's path, its closing zero included: sockaddr_un. */
const socketPathLimit = 108;
const longestSocketName = "/containerd.sock.ttrpc";

/** The wished directory, or a short one under /run where sockets in the wished one would have too long a path. */
const shortStateDirectory = (wished: string): string => {
  const directory = resolve(wished);
  if (Buffer.byteLength(directory) + longestSocketName.length < socketPathLimit) return directory;
  return `/run/fleetless-${createHash("sha256").update(directory).digest("hex").slice(0, 12)}`;
};

/** Makes nothing. */
export const runtimeDirectories = (dataDirectory: string, stateDirectory: string): RuntimeDirectories => {
  const data = resolve(dataDirectory, "runtime");
  const state = shortStateDirectory(join(stateDirectory, "runtime"));
  return {
    containerdRoot: join(data, "containerd"),
    storage: join(data, "storage"),
    sandboxes: join(data, "sandboxes"),
    output: join(data, "output"),
    imports: join(data, "imports"),
    images: join(state, "images"),
    state,
    shims: join(state, "shims"),
    managedAgent: join(state, "execute-command"),
  };
};

export const makeDirectories = (dataDirectory: string, stateDirectory: string): RuntimeDirectories => {
  const directories = runtimeDirectories(dataDirectory, stateDirectory);
  for (const directory of Object.values(directories)) mkdirSync(directory, { recursive: true, mode: 0o711 });
  return directories;
};

export const terminalLogger = (directories: RuntimeDirectories): string => join(directories.state, "write-terminal");

/** containerd 1.6 writes a terminal's output to a program only, not to a file. */
export const writeTerminalLogger = (directories: RuntimeDirectories): void =>
  writeFileSync(terminalLogger(directories), '#!/bin/sh\nexec 5>&-\nexec cat <&3 >>"$2"\n', { mode: 0o755 });
