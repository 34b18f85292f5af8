import { execFileSync } from "node:child_process";
import process from "node:process";

const stty = (...settings: readonly string[]): string =>
  execFileSync("stty", [...settings], { encoding: "utf8", stdio: ["inherit", "pipe", "ignore"] }).trim();

/**
 * Hands the terminal on standard input over to another one, byte for byte in both directions; Node's own raw mode
 * still changes line ends on their way out. Answers how to make it again what it was, which an exit does too.
 */
export const enterRawMode = (): (() => void) => {
  const before = stty("-g");
  stty("raw", "-echo", "-iexten");
  const restore = (): void => {
    process.off("exit", restore);
    stty(before);
  };
  process.on("exit", restore);
  return restore;
};
