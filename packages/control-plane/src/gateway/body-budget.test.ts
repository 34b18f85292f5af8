import { expect, test } from "vitest";
import { BodyBudget } from "./body-budget.ts";

test("what all requests hold stays within the budget, and comes back once", () => {
  const budget = new BodyBudget(100);
  const [first, second] = [budget.hold(), budget.hold()];
  first.take(40);
  expect(budget.isHalfUsed).toBe(false);
  second.take(40);
  expect(budget.isHalfUsed).toBe(true);
  expect(() => second.take(21)).toThrow(expect.objectContaining({ code: "ServiceUnavailable", httpStatus: 503 }));
  expect(budget.used).toBe(80);
  second.take(20);
  first.release();
  first.release();
  expect(budget.used).toBe(60);
  second.release();
  expect(budget.used).toBe(0);
});
