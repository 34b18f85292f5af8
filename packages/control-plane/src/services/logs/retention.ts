import { constraintViolated } from "./errors.ts";

const values = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Throws InvalidParameterException where AWS does not offer so many days. */
export const checkRetention = (days: number): number => {
  if (!values.includes(days)) {
    throw constraintViolated(
      String(days),
      "retentionInDays",
      `Member must satisfy enum value set: [${values.join(", ")}]`,
    );
  }
  return days;
};
