import { expect, test } from "vitest";
import { isLocalCaller } from "./local-caller.ts";

const host = "127.0.0.1:4566";

test.each([
  ["127.0.0.1", { host }],
  ["127.9.9.9", { host: "localhost:4566" }],
  ["::1", { host: "[::1]:4566" }],
  ["::ffff:127.0.0.1", { host: "iam.localhost" }],
])("a program at %s that asks %o is local", (address, headers) => {
  expect(isLocalCaller(address, headers)).toBe(true);
});

test.each([
  ["10.0.0.1", { host }],
  ["::ffff:10.0.0.1", { host }],
  ["", { host }],
  ["localhost", { host }],
  ["127.0.0.1", {}],
  ["127.0.0.1", { host, origin: "https://evil.example" }],
  ["127.0.0.1", { host, origin: "null" }],
  ["127.0.0.1", { host, "sec-fetch-site": "cross-site" }],
  ["127.0.0.1", { host: "rebound.evil.example:4566" }],
])("one at %s that asks %o is not", (address, headers) => {
  expect(isLocalCaller(address, headers)).toBe(false);
});
