import type { DecidingStatement, Evaluation } from "./evaluate.ts";

/** What follows AWS's sentence "… is not authorized to perform: … on resource: …" in a denial. */
export const explainDenial = (evaluation: Exclude<Evaluation, { kind: "allowed" }>, action: string): string =>
  evaluation.kind === "explicitly-denied"
    ? `with an explicit deny in ${article(evaluation.by.type)}: ${nameStatement(evaluation.by)}`
    : `because no ${evaluation.missing} allows the ${action} action`;

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

const nameStatement = ({ policy, statement }: DecidingStatement): string =>
  statement.sid === undefined || statement.sid === ""
    ? `${policy} (statement ${statement.number})`
    : `${policy} (statement ${statement.sid})`;
