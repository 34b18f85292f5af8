import { randomInt } from "node:crypto";

const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const random = (length: number): string =>
  Array.from({ length }, () => characters.charAt(randomInt(characters.length))).join("");

export const newZoneId = (): string => `Z${random(20)}`;
export const newChangeId = (): string => `C${random(20)}`;
