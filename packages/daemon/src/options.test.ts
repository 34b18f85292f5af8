import { expect, test } from "vitest";
import { parseCommand } from "./options.ts";

test("serve has the documented defaults", () => {
  const command = parseCommand(["serve"]);
  expect(command).toMatchObject({
    kind: "serve",
    options: {
      dataDirectory: "/var/lib/fleetless",
      listen: { host: "127.0.0.1", port: 4566 },
      region: "us-east-1",
      accountId: "123456789012",
      isolation: "auto",
      logLevel: "info",
      strict: false,
      overcommit: { cpu: 8, memory: 1, storage: 10 },
    },
  });
});

test.each([
  [["serve", "--isolation", "docker"], /--isolation is auto, gvisor, runc, not docker/],
  [["serve", "--listen", "4566"], /--listen is an address and a port/],
  [["serve", "--listen", "127.0.0.1:99999"], /--listen is an address and a port/],
  [["serve", "--account-id", "12"], /12 digits/],
  [["serve", "--region", "nowhere"], /region/],
  [["serve", "--overcommit", "cpu=0"], /--overcommit is such as/],
  [["fly"], /Unknown command fly/],
])("%j is refused with a reason", (args, message) => {
  expect(() => parseCommand(args)).toThrow(message);
});

test("an IPv6 address is taken in brackets", () => {
  expect(parseCommand(["serve", "--listen", "[::1]:8080"])).toMatchObject({
    options: { listen: { host: "::1", port: 8080 } },
  });
});
