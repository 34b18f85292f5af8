import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveUser } from "./user.ts";

const passwd =
  "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n1234:x:7:8::/odd:/bin/sh\nbroken:x:y:z\n";
const group = "root:x:0:\nstaff:x:50:app,root\nextra:x:51:app\n";

describe("resolveUser", () => {
  it.each([
    ["", { uid: 0, gid: 0, additionalGids: [50], home: "/root" }],
    ["app", { uid: 1000, gid: 1001, additionalGids: [50, 51], home: "/home/app" }],
    ["1000", { uid: 1000, gid: 1001, additionalGids: [50, 51], home: "/home/app" }],
    ["app:staff", { uid: 1000, gid: 50, additionalGids: [], home: "/home/app" }],
    ["app:99", { uid: 1000, gid: 99, additionalGids: [], home: "/home/app" }],
    ["4242", { uid: 4242, gid: 0, additionalGids: [], home: "/" }],
    ["4242:staff", { uid: 4242, gid: 50, additionalGids: [], home: "/" }],
    ["1234", { uid: 7, gid: 8, additionalGids: [], home: "/odd" }],
  ])("finds %j", (user, expected) => expect(resolveUser(user, passwd, group)).toEqual(expected));

  it.each(["nobody", "app:nogroup", "broken", "-1", "99999999999", "app:-1"])("does not know %j", (user) =>
    expect(() => resolveUser(user, passwd, group)).toThrow(/unable to find/),
  );

  it("answers numbers or an error for any text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (user, passwdText, groupText) => {
        try {
          const found = resolveUser(user, passwdText, groupText);
          expect(
            Number.isSafeInteger(found.uid) && found.uid >= 0 && Number.isSafeInteger(found.gid) && found.gid >= 0,
          ).toBe(true);
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: "UnknownUserError" });
        }
      }),
    );
  });
});
