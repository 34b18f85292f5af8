import type { PermissionCheck } from "../gateway/ports.ts";
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

/** A decision as the audit trail keeps it. */
export const checkOf = (action: string, resource: string, evaluation: Evaluation): PermissionCheck =>
  evaluation.kind === "not-allowed"
    ? { action, resource, outcome: evaluation.kind, policyType: evaluation.missing }
    : {
        action,
        resource,
        outcome: evaluation.kind,
        policyType: evaluation.by.type,
        policy: evaluation.by.policy,
        statement: evaluation.by.statement.sid || String(evaluation.by.statement.number),
      };
