import { randomInt } from "node:crypto";

const characters = "0123456789abcdefghijklmnopqrstuvwxyz";

const random = (length: number): string =>
  Array.from({ length }, () => characters.charAt(randomInt(characters.length))).join("");

export const newNamespaceId = (): string => `ns-${random(16)}`;
export const newServiceId = (): string => `srv-${random(16)}`;
export const newOperationId = (): string => `${random(32)}-${random(8)}`;
