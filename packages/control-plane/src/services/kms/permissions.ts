import type { Call, Principal } from "../../gateway/call.ts";
import type { Authorisation, RequiredPermission } from "../../gateway/operation.ts";
import type { ReadTransaction } from "../../state/store.ts";
import type { GrantRecord, KeyRecord, Scope } from "./collections.ts";
import type { EncryptionContext } from "./cryptography/ciphertext.ts";
import type { KmsDependencies } from "./dependencies.ts";
import { grantAllows } from "./grants.ts";
import { aliasArn, type KeyReference, keyArn, parseKeyReference } from "./names.ts";
import { aliasesOf, findAlias, findKey, findKeyOfCiphertext, grantsOf } from "./repository.ts";

type ConditionKeys = Readonly<Record<string, readonly string[]>>;

export const scopeOf = (call: Call): Scope => ({ accountId: call.accountId, region: call.region });

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
const conditionKeysOf = async (
  transaction: ReadTransaction,
  key: KeyRecord,
  caller: Principal,
  requestAlias: string | undefined,
): Promise<ConditionKeys> => ({
  "kms:CallerAccount": [caller.accountId],
  "kms:KeySpec": [key.keySpec],
  "kms:KeyUsage": [key.keyUsage],
  "kms:KeyOrigin": [key.origin],
  "kms:MultiRegion": [String(key.multiRegion)],
  "kms:ResourceAliases": (await aliasesOf(transaction, key)).map(({ name }) => name),
  ...(requestAlias === undefined ? {} : { "kms:RequestAlias": [requestAlias] }),
  ...Object.fromEntries(Object.entries(key.tags).map(([name, value]) => [`aws:ResourceTag/${name}`, [value]])),
});

const contextKeys = (context: EncryptionContext | undefined): ConditionKeys => {
  const pairs = Object.entries(context ?? {});
  if (pairs.length === 0) return {};
  return {
    "kms:EncryptionContextKeys": pairs.map(([name]) => name),
    ...Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, [value]])),
  };
};

/** The key's policy, and a statement for each grant that lets this call be made. */
const documentWithGrants = (policy: string, grants: readonly GrantRecord[], action: string): string => {
  if (grants.length === 0) return policy;
  const document: { Statement: unknown } & Record<string, unknown> = JSON.parse(policy);
  const given = grants.map(({ granteePrincipal }) => ({
    Effect: "Allow",
    Principal: { AWS: granteePrincipal },
    Action: action,
    Resource: "*",
  }));
  return JSON.stringify({ ...document, Statement: [document.Statement, given].flat() });
};

export interface KeyCall {
  /** `kms:Decrypt` */
  readonly action: string;
  readonly caller: Principal;
  readonly requestAlias?: string | undefined;
  readonly context?: EncryptionContext | undefined;
  readonly conditionKeys?: ConditionKeys;
  readonly now: number;
}

/**
 * What a call on a key needs: that its policy, or a grant, allows it, for a key's policy comes before the
 * identity's. https://docs.aws.amazon.com/kms/latest/developerguide/control-access.html
 */
export const permissionOnKey = async (
  transaction: ReadTransaction,
  key: KeyRecord,
  call: KeyCall,
): Promise<RequiredPermission> => {
  const operation = call.action.slice("kms:".length);
  const grants = (await grantsOf(transaction, key)).filter((grant) => grantAllows(grant, operation, call.context));
  return {
    action: call.action,
    resources: [keyArn(key, key.keyId)],
    conditionKeys: {
      ...(await conditionKeysOf(transaction, key, call.caller, call.requestAlias)),
      ...contextKeys(call.context),
      ...call.conditionKeys,
    },
    resourcePolicy: { document: documentWithGrants(key.policy, grants, call.action), required: true },
  };
};

/** A key that is not there is asked for like one without a policy, so that only who may is told that it is gone. */
const permissionOnMissing = (reference: KeyReference, action: string): RequiredPermission => ({
  action,
  resources: [
    reference.kind === "alias" ? aliasArn(reference.scope, reference.name) : keyArn(reference.scope, reference.keyId),
  ],
});

export const permissionOnReference = async (
  transaction: ReadTransaction,
  reference: KeyReference,
  call: KeyCall,
): Promise<RequiredPermission> => {
  const { scope } = reference;
  const keyId =
    reference.kind === "alias" ? (await findAlias(transaction, scope, reference.name))?.keyId : reference.keyId;
  const find = reference.kind === "ciphertext" ? findKeyOfCiphertext : findKey;
  const key = keyId === undefined ? undefined : await find(transaction, scope, keyId, call.now);
  if (key === undefined) return permissionOnMissing(reference, call.action);
  const requestAlias = reference.kind === "alias" ? reference.name : undefined;
  return permissionOnKey(transaction, key, { ...call, requestAlias });
};

interface OnKeyOptions<Input> {
  readonly context?: (input: Input) => EncryptionContext | undefined;
  readonly conditionKeys?: (input: Input) => ConditionKeys;
}

/** The usual case: one action on the key that the input names by id, ARN or alias. */
export const onKey = <Input>(
  action: string,
  keyIdOf: (input: Input) => string | undefined,
  options: OnKeyOptions<Input> = {},
): Authorisation<Input, KmsDependencies> =>
  onReference(action, (input, scope) => parseKeyReference(keyIdOf(input), scope), options);

/** One action on the key that the input means. */
export const onReference = <Input>(
  action: string,
  referenceOf: (input: Input, scope: Scope) => KeyReference,
  options: OnKeyOptions<Input> = {},
): Authorisation<Input, KmsDependencies> => ({
  kind: "permissions",
  permissions: async (input, call, { store, clock }) => {
    const reference = referenceOf(input, scopeOf(call));
    const permission = await store.read((transaction) =>
      permissionOnReference(transaction, reference, {
        action,
        caller: call.principal,
        now: clock.now(),
        context: options.context?.(input),
        conditionKeys: options.conditionKeys?.(input) ?? {},
      }),
    );
    return [permission];
  },
});

/** `{"kms:Name": ["value"]}` for what is given. */
export const conditionKey = (name: string, value: string | number | undefined): ConditionKeys =>
  value === undefined ? {} : { [`kms:${name}`]: [String(value)] };
