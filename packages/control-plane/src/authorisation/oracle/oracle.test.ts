import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type GeneratedCase, generatedCases, type RawStatement } from "./generated-case.ts";
import { oracleVerdict, ourVerdict, type Verdict } from "./verdicts.ts";

const numberOfCases = 12_000;
/** Another one tries other cases. */
const seed = Number(process.env.FLEETLESS_ORACLE_SEED ?? 20_260_101);

interface Divergence {
  /** Who is right, and by which page. */
  readonly because: string;
  readonly applies: (asked: GeneratedCase, ours: Verdict, theirs: Verdict) => boolean;
}

const named = (statement: RawStatement): string => JSON.stringify(statement.Principal ?? "");
const grants = (asked: GeneratedCase, names: (principal: string) => boolean): boolean =>
  (asked.resourcePolicy ?? []).some((statement) => statement.Effect === "Allow" && names(named(statement)));

/** Where the simulator and we differ, and AWS's documentation is with us. */
const divergences: readonly Divergence[] = [
  {
    because:
      "NotPrincipal spares a deny only whom it names with account and role; the simulator takes any one name " +
      "(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html).",
    applies: ({ resourcePolicy = [] }, ours) =>
      ours === "explicitly-denied" &&
      resourcePolicy.some(({ Effect, NotPrincipal }) => Effect === "Deny" && NotPrincipal),
  },
  {
    because:
      "A role's session that a resource's policy means by `*` stays within the role's boundary; the simulator lets " +
      "it out (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).",
    applies: (asked, ours, theirs) =>
      ours === "not-allowed" &&
      theirs === "allowed" &&
      asked.boundary !== undefined &&
      asked.principal.sessionOf !== undefined &&
      (grants(asked, (name) => name === '"*"') ||
        (asked.resourcePolicy ?? []).some(({ NotPrincipal }) => NotPrincipal)),
  },
  {
    because:
      "A session that a resource's policy names by its own ARN is not held by its session policies; the simulator " +
      "holds it (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session).",
    applies: (asked, ours, theirs) =>
      ours === "allowed" &&
      theirs === "not-allowed" &&
      asked.session !== undefined &&
      grants(asked, (name) => name.includes(asked.principal.arn)),
  },
];

const report = (line: string): void => void process.stdout.write(`${line}\n`);

test(`${numberOfCases} generated cases are decided as an independent simulator decides them`, () => {
  const verdicts: Record<Verdict, number> = { allowed: 0, "explicitly-denied": 0, "not-allowed": 0 };
  const differing = divergences.map(() => 0);
  const wrong: unknown[] = [];
  for (const asked of fc.sample(generatedCases, { seed, numRuns: numberOfCases })) {
    const [ours, theirs] = [ourVerdict(asked), oracleVerdict(asked)];
    verdicts[ours] += 1;
    if (ours === theirs) continue;
    const known = divergences.findIndex(({ applies }) => applies(asked, ours, theirs));
    if (known === -1) wrong.push({ ours, theirs, asked });
    else differing[known] = (differing[known] ?? 0) + 1;
  }
  report(
    `IAM oracle: ${numberOfCases} cases (seed ${seed}): ${verdicts.allowed} allowed, ` +
      `${verdicts["explicitly-denied"]} explicitly denied, ${verdicts["not-allowed"]} not allowed; ` +
      `${differing.reduce((sum, count) => sum + count, 0)} where the simulator is wrong, ${wrong.length} unexplained`,
  );
  for (const [index, { because }] of divergences.entries()) report(`  ${differing[index]}: ${because}`);
  expect(wrong.slice(0, 3)).toEqual([]);
  // A generator whose cases all end alike would show nothing.
  for (const count of Object.values(verdicts)) expect(count).toBeGreaterThan(numberOfCases / 20);
}, 120_000);
