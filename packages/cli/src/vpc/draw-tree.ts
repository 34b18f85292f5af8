/** A line of a tree with what hangs on it. */
export interface Branch {
  readonly text: string;
  readonly branches: readonly Branch[];
}

export const branch = (text: string, branches: readonly Branch[] = []): Branch => ({ text, branches });

const linesBelow = (branches: readonly Branch[], indent: string): readonly string[] =>
  branches.flatMap(({ text, branches: below }, index) => {
    const isLast = index === branches.length - 1;
    return [`${indent}${isLast ? "└─ " : "├─ "}${text}`, ...linesBelow(below, `${indent}${isLast ? "   " : "│  "}`)];
  });

export const drawTree = (root: Branch): string => [root.text, ...linesBelow(root.branches, "")].join("\n");
