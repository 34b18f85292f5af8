import { defineCollection } from "../store.ts";

/** The collections that the suite writes. */
export interface Counter {
  readonly count: number;
}
export const counters = defineCollection<Counter>("counters");

export interface Person {
  readonly name: string;
  readonly city?: string;
  readonly languages: readonly string[];
}
export const people = defineCollection<Person>("people", {
  city: (person) => person.city,
  language: (person) => person.languages,
});

export const person = (name: string, city?: string, ...languages: readonly string[]): Person => ({
  name,
  languages,
  ...(city === undefined ? {} : { city }),
});
