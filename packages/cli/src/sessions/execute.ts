import process from "node:process";
import type { Connection } from "../connection.ts";
import { CommandFailure } from "../failure.ts";
import { RemoteCommand, type RemoteCommandRequest } from "./remote-command.ts";

/** Runs a command with this terminal or these pipes; answers its exit code. */
export const execute = async (
  connection: Connection,
  request: RemoteCommandRequest,
  interactive: boolean,
): Promise<number> => {
  const { stdin, stdout, stderr } = process;
  const isRaw = request.terminal && interactive;
  if (isRaw && !stdin.isTTY) throw new CommandFailure("-t needs a terminal as standard input: leave it out for a pipe");
  const command = await RemoteCommand.start(connection, request, { stdout, stderr });
  const resize = (): void => command.resize(stdout.columns, stdout.rows);
  if (request.terminal && stdout.isTTY) {
    resize();
    stdout.on("resize", resize);
  }
  const terminate = (): void => command.terminate();
  process.once("SIGTERM", terminate);
  process.once("SIGINT", terminate);
  if (isRaw) stdin.setRawMode(true);
  if (interactive) void command.bring(stdin).catch(() => undefined);
  else command.endInput();
  try {
    return await command.ended;
  } finally {
    if (isRaw) stdin.setRawMode(false);
    stdout.off("resize", resize);
    process.off("SIGTERM", terminate);
    process.off("SIGINT", terminate);
    stdin.destroy();
  }
};
