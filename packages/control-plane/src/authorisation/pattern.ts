/** Condition keys of one request: names in lower case. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;

/** Keys that differ in case alone are one key to a policy: it has the values of all of them, and none hides another. */
export const conditionContext = (
  keys: Iterable<readonly [name: string, values: readonly string[]]>,
): Map<string, readonly string[]> => {
  const context = new Map<string, readonly string[]>();
  for (const [name, values] of keys) {
    const key = name.toLowerCase();
    const known = context.get(key);
    context.set(key, known === undefined ? values : [...known, ...values]);
  }
  return context;
};

type Token =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "many" }
  | { readonly kind: "one" }
  | { readonly kind: "variable"; readonly key: string; readonly fallback: string | undefined };

/**
 * A text of a policy in which `*` stands for any characters, `?` for one, and `${…}` for a value of the request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export interface Pattern {
  readonly source: string;
  readonly variables: boolean;
  readonly tokens: readonly Token[];
  /** Set where the pattern has no variables: the same for every request. */
  readonly fixed: Glob | undefined;
}

/** Characters to match: a character code, or one of the two wildcards. */
type Glob = { readonly kind: "text"; readonly text: string } | { readonly kind: "glob"; readonly codes: Int32Array };

const many = -1;
const one = -2;

const variablePattern = /^\$\{([^{},]+)(?:, *'([^'{}]*)')?\}/;
const escaped: Readonly<Record<string, string>> = { "*": "*", "?": "?", $: "$" };

export interface PatternOptions {
  /** Variables exist from policy version 2012-10-17 on. */
  readonly variables: boolean;
  /** False where `*` and `?` are characters like others, as in StringEquals. */
  readonly wildcards: boolean;
}

export const compilePattern = (text: string, options: PatternOptions): Pattern => {
  const tokens: Token[] = [];
  let literal = "";
  const endLiteral = (): void => {
    if (literal !== "") tokens.push({ kind: "literal", text: literal });
    literal = "";
  };
  for (let at = 0; at < text.length; ) {
    const variable = options.variables && text[at] === "$" ? variablePattern.exec(text.slice(at)) : null;
    const [whole, key, fallback] = variable ?? [];
    const character = text.charAt(at);
    if (whole !== undefined && key !== undefined) {
      const plain = escaped[key];
      if (plain === undefined) {
        endLiteral();
        tokens.push({ kind: "variable", key: key.trim().toLowerCase(), fallback });
      } else {
        literal += plain;
      }
      at += whole.length;
      continue;
    }
    if (options.wildcards && (character === "*" || character === "?")) {
      endLiteral();
      tokens.push({ kind: character === "*" ? "many" : "one" });
    } else {
      literal += character;
    }
    at += 1;
  }
  endLiteral();
  const fixed = tokens.some(({ kind }) => kind === "variable") ? undefined : globOf(tokens, emptyContext);
  return { source: text, variables: options.variables, tokens, fixed };
};

const emptyContext: ConditionContext = new Map();

/** Undefined where a variable has neither exactly one value nor a default. */
const globOf = (tokens: readonly Token[], context: ConditionContext): Glob | undefined => {
  let text = "";
  const codes: number[] = [];
  let wild = false;
  for (const token of tokens) {
    if (token.kind === "many" || token.kind === "one") {
      wild = true;
      // Two stars in a row match what one does.
      if (token.kind === "one" || codes.at(-1) !== many) codes.push(token.kind === "many" ? many : one);
      continue;
    }
    const value = token.kind === "literal" ? token.text : variableValue(token.key, token.fallback, context);
    if (value === undefined) return undefined;
    text += value;
    for (let at = 0; at < value.length; at += 1) codes.push(value.charCodeAt(at));
  }
  return wild ? { kind: "glob", codes: Int32Array.from(codes) } : { kind: "text", text };
};

const variableValue = (key: string, fallback: string | undefined, context: ConditionContext): string | undefined => {
  const values = context.get(key);
  return values?.length === 1 ? values[0] : fallback;
};

/** Undefined where a variable of the pattern has no value in this request. */
export const matchesPattern = (pattern: Pattern, value: string, context: ConditionContext): boolean | undefined => {
  const glob = pattern.fixed ?? globOf(pattern.tokens, context);
  if (glob === undefined) return undefined;
  return glob.kind === "text" ? glob.text === value : matchesGlob(glob.codes, value);
};

/** The text of a pattern without wildcards; undefined where a variable has no value. */
export const textOfPattern = (pattern: Pattern, context: ConditionContext): string | undefined => {
  const glob = pattern.fixed ?? globOf(pattern.tokens, context);
  return glob?.kind === "text" ? glob.text : undefined;
};

/** Takes at most (length of the pattern × length of the value) steps, whatever the pattern. */
const matchesGlob = (codes: Int32Array, value: string): boolean => {
  let at = 0;
  let code = 0;
  let star = -1;
  let starAt = 0;
  while (at < value.length) {
    const wanted = codes[code];
    if (wanted === many) {
      star = code;
      starAt = at;
      code += 1;
    } else if (wanted === one || wanted === value.charCodeAt(at)) {
      code += 1;
      at += 1;
    } else if (star !== -1) {
      starAt += 1;
      at = starAt;
      code = star + 1;
    } else {
      return false;
    }
  }
  while (codes[code] === many) code += 1;
  return code === codes.length;
};
