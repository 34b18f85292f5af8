import { readFileSync } from "node:fs";
import { UsageError } from "./options.ts";

interface NamedDocument {
  readonly name: string;
  readonly document: string;
}

/**
 * Reads a file of service control policies: a list of `{"name": …, "policy": {"Version": …, "Statement": …}}`.
 * Throws a UsageError that says what is wrong with it.
 */
export const readServiceControlPolicies = (path: string): readonly NamedDocument[] => {
  const parsed = parse(path);
  if (!Array.isArray(parsed) || parsed.length === 0) throw new UsageError(`${path} is not a list of policies`);
  return parsed.map((entry: unknown, index) => {
    if (typeof entry !== "object" || entry === null || !("name" in entry) || !("policy" in entry)) {
      throw new UsageError(`Policy ${index + 1} of ${path} is not {"name": …, "policy": …}`);
    }
    const { name, policy } = entry;
    if (typeof name !== "string") throw new UsageError(`The name of policy ${index + 1} of ${path} is not a text`);
    return { name, document: JSON.stringify(policy) };
  });
};

const parse = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (thrown) {
    throw new UsageError(`The service control policies in ${path} cannot be read: ${String(thrown)}`);
  }
};
