import process from "node:process";
import type { Connection } from "../connection.ts";
import { CommandFailure } from "../failure.ts";
import { enterRawMode } from "./raw-terminal.ts";
import { RemoteCommand, type RemoteCommandRequest } from "./remote-command.ts";

/** Upon which the command is ended where it runs. */
const ending = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

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
  for (const signal of ending) process.once(signal, terminate);
  const leaveRawMode = isRaw ? enterRawMode() : undefined;
  if (interactive) void command.bring(stdin).catch(() => undefined);
  else command.endInput();
  try {
    return await command.ended;
  } finally {
    leaveRawMode?.();
    stdout.off("resize", resize);
    for (const signal of ending) process.off(signal, terminate);
    stdin.destroy();
  }
};
