import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatReference, normaliseReference, parseReference } from "./reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("normaliseReference", () => {
  it.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["nginx:1.2", "docker.io/library/nginx:1.2"],
    ["team/app", "docker.io/team/app:latest"],
    ["index.docker.io/nginx", "docker.io/library/nginx:latest"],
    ["localhost/app", "localhost/app:latest"],
    ["localhost:5000/app:x", "localhost:5000/app:x"],
    ["[::1]:5000/app", "[::1]:5000/app:latest"],
    ["123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b:1", "123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b:1"],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`],
    [`nginx:1@${digest}`, `docker.io/library/nginx:1@${digest}`],
  ])("spells %s out", (short, full) => expect(normaliseReference(short)).toBe(full));

  it.each([
    "",
    "Nginx",
    "a//b",
    "a/../b",
    "nginx:",
    "nginx@sha256:1",
    "x@y@z",
    "a b",
    "/a",
    "a/",
    `${"a".repeat(300)}`,
    "host:x/app",
  ])("refuses %j", (text) => expect(() => parseReference(text)).toThrow("invalid reference format"));

  it("is its own inverse on whatever it takes", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.:/@_-]{1,40}$/), (text) => {
        let normal: string;
        try {
          normal = normaliseReference(text);
        } catch {
          return;
        }
        expect(formatReference(parseReference(normal))).toBe(normal);
      }),
    );
  });
});
