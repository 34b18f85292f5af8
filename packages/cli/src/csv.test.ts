import { expect, it } from "vitest";
import { csvOf } from "./csv.ts";

it("writes every column that any record has, and quotes what needs it", () => {
  const records = [
    { "lineItem/UsageAmount": "0.5", "resourceTags/user:team": 'a,"b"' },
    { "lineItem/UsageAmount": "1", "resourceTags/user:note": "two\nlines" },
  ];
  expect(csvOf(records)).toBe(
    'lineItem/UsageAmount,resourceTags/user:team,resourceTags/user:note\r\n0.5,"a,""b""",\r\n1,,"two\nlines"\r\n',
  );
  expect(csvOf([])).toBe("");
});
