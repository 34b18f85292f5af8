import { type Clock, formatArn } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { RequiredPermission } from "../../gateway/operation.ts";
import type { Store } from "../../state/store.ts";
import type { Scope } from "./repository.ts";

/** What the handlers of EC2 work with. */
export interface Ec2Dependencies {
  readonly store: Store;
  readonly clock: Clock;
}

export const scopeOfCall = (call: Call): Scope => ({ accountId: call.accountId, region: call.region });

/** `arn:aws:ec2:<region>:<account>:<type>/<id>`. */
export const ec2Arn = (owner: Scope, type: string, id: string): string =>
  formatArn({ service: "ec2", region: owner.region, accountId: owner.accountId, resource: `${type}/${id}` });

/** Giving tags while creating needs a permission of its own. */
export const createTagsPermission = (
  arn: string,
  createAction: string,
  specifications:
    | readonly {
        readonly Tags?:
          | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
          | undefined;
      }[]
    | undefined,
): readonly RequiredPermission[] => {
  const tags = (specifications ?? []).flatMap(({ Tags }) => Tags ?? []);
  if (tags.length === 0) return [];
  const conditionKeys = { ...requestTagKeys(tags), "ec2:CreateAction": [createAction] };
  return [{ action: "ec2:CreateTags", resources: [arn], conditionKeys }];
};

/** `aws:TagKeys` and `aws:RequestTag/<key>`. */
export const requestTagKeys = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): Readonly<Record<string, readonly string[]>> => ({
  "aws:TagKeys": tags.map(({ Key }) => Key ?? ""),
  ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key ?? ""}`, [Value ?? ""]])),
});
