import { spawn } from "node:child_process";
import { existsSync, lstatSync } from "node:fs";
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { PassThrough, Writable } from "node:stream";
import type { Connection } from "../connection.ts";
import { CommandFailure } from "../failure.ts";
import { RemoteCommand, type RemoteCommandRequest } from "./remote-command.ts";

/** In every container that allows sessions, so that nothing need be in its image. */
export const containerTools = "/managed-agents/execute-command/busybox";

export type CopyTarget = Omit<RemoteCommandRequest, "command" | "terminal">;

const largestComplaint = 8_192;

/** Keeps the beginning of what a command complains of. */
class Complaint extends Writable {
  text = "";
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.text.length < largestComplaint) this.text += chunk.toString();
    done();
  }
}

const failureOf = (complaint: Complaint, exitCode: number): CommandFailure =>
  new CommandFailure(complaint.text.trim().replace(/^tar: /gm, "") || `The copy ended with exit code ${exitCode}`);

/** Starts the machine's tar with an archive as its input or output. */
const localTar = (parameters: readonly string[], archive: "reads" | "writes") => {
  const child = spawn("tar", [...parameters], { stdio: ["pipe", "pipe", "pipe"] });
  const complaint = new Complaint();
  child.stderr.pipe(complaint);
  child.stdin.on("error", () => undefined);
  if (archive === "writes") child.stdin.end();
  else child.stdout.resume();
  const ended = new Promise<void>((fulfil, reject) => {
    child.once("error", (error) => reject(new CommandFailure(`tar could not be started: ${error.message}`)));
    child.once("close", (code) => (code === 0 ? fulfil() : reject(failureOf(complaint, code ?? -1))));
  });
  ended.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, ended, stop: () => child.kill() };
};

const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/**
 * Copies a file or a directory out of a container. An existing directory gets it under its own name; otherwise it gets
 * the name that is given. The archive is unpacked beside its place first, as this user's, by a tar that follows no
 * link out of there.
 */
export const copyFrom = async (
  connection: Connection,
  source: CopyTarget & { readonly path: string },
  destination: string,
): Promise<void> => {
  const { path, ...target } = source;
  const name = basename(path);
  const place = (await isDirectory(destination)) ? join(destination, name || "root") : resolve(destination);
  if (!(await isDirectory(dirname(place)))) throw new CommandFailure(`There is no directory ${dirname(place)}`);
  if (existsSync(place) && lstatSync(place).isDirectory()) throw new CommandFailure(`${place} exists already`);
  const directory = await mkdtemp(join(dirname(place), ".fleetless-copy-"));
  const unpack = localTar(["-x", "-f", "-", "-C", directory, "--no-same-owner"], "reads");
  try {
    const complaint = new Complaint();
    const stdout = new PassThrough();
    stdout.pipe(unpack.stdin);
    const pack = [containerTools, "tar", "-c", "-f", "-", "-C", dirname(path), `./${name}`];
    const command = await RemoteCommand.start(
      connection,
      { ...target, command: pack, terminal: false },
      { stdout, stderr: complaint },
    );
    command.endInput();
    const exitCode = await command.ended;
    stdout.end();
    if (exitCode !== 0) throw failureOf(complaint, exitCode);
    await unpack.ended;
    await rename(name === "" ? directory : join(directory, name), place);
  } finally {
    // Where the command in the container did not start, it would wait for an archive for ever.
    unpack.stop();
    await rm(directory, { recursive: true, force: true });
  }
};

/** Its arguments are the place and the name in the archive. */
const unpackScript = `set -e
tools=${containerTools}
if [ -d "$1" ]; then
  exec "$tools" tar -x -o -f - -C "$1"
fi
directory=$("$tools" dirname "$1")/.fleetless-copy-$$
"$tools" mkdir "$directory"
trap '"$tools" rm -rf "$directory"' EXIT
"$tools" tar -x -o -f - -C "$directory"
"$tools" mv "$directory/$2" "$1"`;

/** Copies a file or a directory into a container, in the same way. */
export const copyTo = async (
  connection: Connection,
  source: string,
  destination: CopyTarget & { readonly path: string },
): Promise<void> => {
  const { path, ...target } = destination;
  const from = resolve(source);
  if (!existsSync(from)) throw new CommandFailure(`There is nothing at ${source}`);
  const complaint = new Complaint();
  const stdout = new PassThrough().resume();
  const unpack = [containerTools, "sh", "-c", unpackScript, "copy", path, basename(from)];
  const command = await RemoteCommand.start(
    connection,
    { ...target, command: unpack, terminal: false },
    { stdout, stderr: complaint },
  );
  const pack = localTar(["-c", "-f", "-", "-C", dirname(from), `./${basename(from)}`], "writes");
  await command.bring(pack.stdout);
  const exitCode = await command.ended;
  await pack.ended;
  if (exitCode !== 0) throw failureOf(complaint, exitCode);
};
