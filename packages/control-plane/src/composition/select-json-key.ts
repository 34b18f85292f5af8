/** What is wrong with a secret from which one key is wanted, in the ECS agent's words. */
export class JsonKeyError extends Error {
  override readonly name = "JsonKeyError";
}

/** The value of one key of a secret that is a JSON object; what is no string is written as JSON. Throws JsonKeyError. */
export const selectJsonKey = (text: string, key: string): string => {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new JsonKeyError(`${firstProblem(text)} looking for beginning of value`);
  }
  if (typeof read !== "object" || read === null || Array.isArray(read) || !Object.hasOwn(read, key)) {
    throw new JsonKeyError(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  }
  const value: unknown = Object.entries(read).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value : JSON.stringify(value);
};

/** Of the secret itself nothing is said, for the message is shown to whoever may describe the task. */
const firstProblem = (text: string): string =>
  text.trim() === "" ? "unexpected end of JSON input" : "invalid character";
