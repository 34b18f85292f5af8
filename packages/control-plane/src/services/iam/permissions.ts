import type { Call } from "../../gateway/call.ts";
import type { Authorisation } from "../../gateway/operation.ts";
import { requestTagKeys } from "../../gateway/tag-condition-keys.ts";
import type { Tag } from "./collections.ts";
import type { IamDependencies } from "./dependencies.ts";
import { mustSpecifyUserName } from "./errors.ts";
import { findGroup, findPolicy, findRole, findUser } from "./repository.ts";

type InputTags = readonly { readonly Key: string | undefined; readonly Value: string | undefined }[] | undefined;
type Keys = Readonly<Record<string, readonly string[]>>;

const keysOfTags = (tags: InputTags): Keys =>
  requestTagKeys((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));

export const resourceTagKeys = (tags: readonly Tag[]): Keys =>
  Object.fromEntries(
    tags.flatMap(({ Key, Value }) => [
      [`aws:ResourceTag/${Key}`, [Value]],
      [`iam:ResourceTag/${Key}`, [Value]],
    ]),
  );

interface Further {
  readonly PolicyArn?: string | undefined;
  readonly PermissionsBoundary?: string | undefined;
  readonly Tags?: InputTags;
  readonly TagKeys?: readonly string[] | undefined;
}

const furtherKeys = (input: Further): Keys => ({
  ...(input.PolicyArn === undefined ? {} : { "iam:PolicyARN": [input.PolicyArn] }),
  ...(input.PermissionsBoundary === undefined ? {} : { "iam:PermissionsBoundary": [input.PermissionsBoundary] }),
  ...keysOfTags(input.Tags),
  ...(input.TagKeys === undefined ? {} : { "aws:TagKeys": input.TagKeys }),
});

/** The user that a request names, or the one that makes it. */
export const userNameOr = (call: Call, userName: string | undefined): string => {
  if (userName !== undefined) return userName;
  if (call.principal.kind !== "user") throw mustSpecifyUserName();
  return call.principal.userName;
};

type PermissionsOf<Input> = Extract<Authorisation<Input, IamDependencies>, { readonly kind: "permissions" }>;

/** An action on the user that the input names; one that is not there is named without its path. */
export const onUser = (action: string): PermissionsOf<{ readonly UserName?: string | undefined } & Further> => ({
  kind: "permissions",
  permissions: async (input, call, { store }) => {
    const name = userNameOr(call, input.UserName);
    const user = await store.read((transaction) => findUser(transaction, call.accountId, name));
    const arn = user?.arn ?? `arn:aws:iam::${call.accountId}:user/${name}`;
    return [
      { action, resources: [arn], conditionKeys: { ...resourceTagKeys(user?.tags ?? []), ...furtherKeys(input) } },
    ];
  },
});

export const onRole = (
  action: string,
): Authorisation<{ readonly RoleName: string | undefined } & Further, IamDependencies> => ({
  kind: "permissions",
  permissions: async (input, call, { store }) => {
    const name = input.RoleName ?? "";
    const role = await store.read((transaction) => findRole(transaction, call.accountId, name));
    const arn = role?.arn ?? `arn:aws:iam::${call.accountId}:role/${name}`;
    return [
      { action, resources: [arn], conditionKeys: { ...resourceTagKeys(role?.tags ?? []), ...furtherKeys(input) } },
    ];
  },
});

export const onGroup = (
  action: string,
): Authorisation<{ readonly GroupName: string | undefined } & Further, IamDependencies> => ({
  kind: "permissions",
  permissions: async (input, call, { store }) => {
    const name = input.GroupName ?? "";
    const group = await store.read((transaction) => findGroup(transaction, call.accountId, name));
    const arn = group?.arn ?? `arn:aws:iam::${call.accountId}:group/${name}`;
    return [{ action, resources: [arn], conditionKeys: furtherKeys(input) }];
  },
});

export const onPolicy = (
  action: string,
): Authorisation<{ readonly PolicyArn: string | undefined } & Further, IamDependencies> => ({
  kind: "permissions",
  permissions: async (input, call, { store }) => {
    const arn = input.PolicyArn ?? "";
    const policy = await store.read((transaction) => findPolicy(transaction, call.accountId, arn));
    return [
      {
        action,
        resources: [arn],
        conditionKeys: { ...resourceTagKeys(policy?.tags ?? []), ...keysOfTags(input.Tags) },
      },
    ];
  },
});

/** An action that makes something: its ARN follows from the input. */
export const onNew = <Input extends Further>(
  action: string,
  resourceOf: (input: Input) => string,
): Authorisation<Input, IamDependencies> => ({
  kind: "permissions",
  permissions: (input, call) => [
    { action, resources: [`arn:aws:iam::${call.accountId}:${resourceOf(input)}`], conditionKeys: furtherKeys(input) },
  ],
});

export const onAll = (action: string): Authorisation<unknown, IamDependencies> => ({
  kind: "permissions",
  permissions: () => [{ action, resources: ["*"] }],
});
