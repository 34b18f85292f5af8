import { parseArn } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { Authorisation } from "../../gateway/operation.ts";
import type { Scope } from "./collections.ts";
import type { SsmDependencies } from "./dependencies.ts";
import { parameterArn, parseParameterName } from "./names.ts";
import { findParameter } from "./repository.ts";

type ConditionKeys = Readonly<Record<string, readonly string[]>>;

export const scopeOf = (call: Call): Scope => ({ accountId: call.accountId, region: call.region });

/** The ARN that a policy is asked about, however a call spells the name. */
export const arnForPolicy = (name: string | undefined, scope: Scope): string => {
  const { names, given } = parseParameterName(name, scope);
  return names[0] === undefined ? given : parameterArn(scope, names[0]);
};

/** The usual case: one action on the parameters that the input names. */
export const onParameters = <Input>(
  action: string,
  namesOf: (input: Input) => readonly (string | undefined)[],
  conditionKeys: (input: Input) => ConditionKeys = () => ({}),
): Authorisation<Input, SsmDependencies> => ({
  kind: "permissions",
  permissions: (input, call) => [
    {
      action,
      resources: namesOf(input).map((name) => arnForPolicy(name, scopeOf(call))),
      conditionKeys: conditionKeys(input),
    },
  ],
});

/** For conditions on the tags of parameters. */
export const tagsOfArn = async (
  { store, clock }: SsmDependencies,
  text: string,
): Promise<Readonly<Record<string, string>> | undefined> => {
  const arn = parseArn(text);
  if (arn === undefined || !arn.resource.startsWith("parameter/")) return undefined;
  const reference = parseParameterName(text, arn);
  return (await store.read((transaction) => findParameter(transaction, arn, reference, clock.now())))?.tags;
};
