/** An error to be shown to the person as one sentence, with the command's exit code. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The sentence for whatever was thrown, AWS errors with their code. */
export const sentenceOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.name === "Error" || thrown.name === "CommandFailure"
    ? thrown.message
    : `${thrown.name}: ${thrown.message}`;
};
