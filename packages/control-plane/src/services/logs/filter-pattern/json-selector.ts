import { PatternError } from "@fleetless/engine";

/** One step into a document: a member, an element, or every one of them. */
export type SelectorStep = string | number | typeof everything;
const everything = Symbol("*");

/** Reads `$.a.b[0]['c d'].*` at the start of `text`. Throws PatternError. */
export const readSelector = (text: string): { readonly steps: readonly SelectorStep[]; readonly length: number } => {
  const steps: SelectorStep[] = [];
  let at = 1;
  if (!text.startsWith("$")) throw new PatternError("A condition must begin with a selector such as $.level.");
  for (;;) {
    const rest = text.slice(at);
    const part =
      /^\.(\*)/.exec(rest) ??
      /^\.([A-Za-z0-9_@-]+)/.exec(rest) ??
      /^\[(\*)\]/.exec(rest) ??
      /^\[(\d{1,6})\]/.exec(rest) ??
      /^\[['"]([^'"]*)['"]\]/.exec(rest);
    const value = part?.[1];
    if (part === null || value === undefined) break;
    const isIndex = /^\[\d/.test(part[0]);
    steps.push(value === "*" && !/['"]/.test(part[0]) ? everything : isIndex ? Number(value) : value);
    at += part[0].length;
  }
  if (steps.length === 0) throw new PatternError("A selector names no member, such as $.level.");
  return { steps, length: at };
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** All values that the selector reaches; none where a step is missing. */
export const select = (document: unknown, steps: readonly SelectorStep[]): readonly unknown[] => {
  let reached: readonly unknown[] = [document];
  for (const step of steps) {
    reached = reached.flatMap((value): readonly unknown[] => {
      if (Array.isArray(value)) {
        if (step === everything) return value;
        return typeof step === "number" && step < value.length ? [value[step]] : [];
      }
      if (!isObject(value)) return [];
      if (step === everything) return Object.values(value);
      return typeof step === "string" && Object.hasOwn(value, step) ? [value[step]] : [];
    });
  }
  return reached;
};
