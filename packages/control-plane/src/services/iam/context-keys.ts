import { isJsonObject } from "../../authorisation/json-element.ts";
import { parsePolicy } from "../../authorisation/parse-policy.ts";

const special: ReadonlySet<string> = new Set(["*", "?", "$"]);

/** The condition keys that policies ask for, in conditions and as variables, as they write them. */
export const contextKeysOf = (documents: readonly string[]): string[] => {
  const keys = new Map<string, string>();
  const add = (key: string): void => {
    if (!special.has(key) && !keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
  };
  for (const document of documents) {
    parsePolicy(document, "identity");
    for (const [, key] of document.matchAll(/\$\{([^},]+)(?:,[^}]*)?\}/g)) if (key !== undefined) add(key.trim());
    const parsed: unknown = JSON.parse(document);
    if (!isJsonObject(parsed)) continue;
    for (const statement of [parsed.Statement].flat()) {
      if (!isJsonObject(statement) || !isJsonObject(statement.Condition)) continue;
      for (const block of Object.values(statement.Condition)) if (isJsonObject(block)) Object.keys(block).forEach(add);
    }
  }
  return [...keys.values()].toSorted();
};
