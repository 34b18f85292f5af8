import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitCommand } from "./split-command.ts";

describe("a command line", () => {
  it.each([
    ["/bin/sh", ["/bin/sh"]],
    ["  ls   -la\t/ ", ["ls", "-la", "/"]],
    [`sh -c 'echo "$HOME" | cat'`, ["sh", "-c", 'echo "$HOME" | cat']],
    [`echo "a \\"b\\" \\n" c\\ d`, ["echo", 'a "b" \\n', "c d"]],
    [`a''b "" ''`, ["ab", "", ""]],
    ["", []],
  ])("%j becomes %j", (line, words) => {
    expect(splitCommand(line)).toEqual(words);
  });

  it.each([`echo "a`, "echo 'a", "echo \\"])("%j is not whole", (line) => {
    expect(splitCommand(line)).toBeUndefined();
  });

  it("gives back any words that were quoted", () => {
    const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (words) => {
        expect(splitCommand(words.map(quoted).join(" "))).toEqual(words);
      }),
    );
  });
});
