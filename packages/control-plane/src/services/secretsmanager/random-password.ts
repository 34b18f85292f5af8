import { randomInt } from "node:crypto";
import type { GetRandomPasswordRequest } from "@aws-sdk/client-secrets-manager";
import { invalidParameter } from "./errors.ts";

const kinds = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  digits: "0123456789",
  punctuation: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
  space: " ",
} as const;

const defaultLength = 32;
const longest = 4096;

const pick = (characters: string): string => characters[randomInt(characters.length)] ?? "";

/** Throws InvalidParameterException where no password can be as asked. */
export const randomPassword = (request: GetRandomPasswordRequest): string => {
  const length = request.PasswordLength ?? defaultLength;
  if (length < 1 || length > longest) throw invalidParameter(`PasswordLength must be between 1 and ${longest}.`);
  const excluded = new Set(request.ExcludeCharacters ?? "");
  const allowed = [
    request.ExcludeLowercase === true ? "" : kinds.lower,
    request.ExcludeUppercase === true ? "" : kinds.upper,
    request.ExcludeNumbers === true ? "" : kinds.digits,
    request.ExcludePunctuation === true ? "" : kinds.punctuation,
    request.IncludeSpace === true ? kinds.space : "",
  ]
    .map((characters) => [...characters].filter((character) => !excluded.has(character)).join(""))
    .filter((characters) => characters !== "");
  if (allowed.length === 0) throw invalidParameter("The password must have at least one character type.");
  const required = request.RequireEachIncludedType === false ? [] : allowed.filter((kind) => kind !== kinds.space);
  if (required.length > length) {
    throw invalidParameter("The password length is too short to hold a character of each included type.");
  }
  const characters = [
    ...required.map(pick),
    ...Array.from({ length: length - required.length }, () => pick(allowed.join(""))),
  ];
  for (let index = characters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [characters[index], characters[other]] = [characters[other] ?? "", characters[index] ?? ""];
  }
  return characters.join("");
};
