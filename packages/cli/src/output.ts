import process from "node:process";

/** Where a command writes: its result on standard output, its progress on standard error. */
export interface Output {
  readonly json: boolean;
  /** The command's result: with --json one line of JSON, else the text. */
  result(value: unknown, text: string): void;
  /** A line of something that goes on, such as a log event. */
  line(value: unknown, text: string): void;
  /** What is going on now; silent with --json. */
  progress(message: string): void;
}

export const createOutput = (json: boolean): Output => {
  const line = (value: unknown, text: string): void => {
    process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  };
  return {
    json,
    result: line,
    line,
    progress: (message) => {
      if (!json) process.stderr.write(`${message}\n`);
    },
  };
};

/** Progress that changes all the time: a line where it differs from the last one, and no more than one a second. */
export class ChangingProgress {
  readonly #output: Output;
  #last = "";
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(output: Output) {
    this.#output = output;
  }

  tell(message: string): void {
    if (message === "" || message === this.#last || performance.now() - this.#toldAt < 1_000) return;
    this.#last = message;
    this.#toldAt = performance.now();
    this.#output.progress(message);
  }
}

/** Columns as wide as their widest cell. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};
