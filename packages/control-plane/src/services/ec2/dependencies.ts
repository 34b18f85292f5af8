import { type Clock, formatArn } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { RequiredPermission } from "../../gateway/operation.ts";
import { requestTagKeys } from "../../gateway/tag-condition-keys.ts";
import type { Store } from "../../state/store.ts";
import type { Ipv4Network } from "./ipv4.ts";
import type { Scope } from "./repository.ts";

/** What the handlers of EC2 work with. */
export interface Ec2Dependencies {
  readonly store: Store;
  readonly clock: Clock;
  /** From which elastic addresses and the public addresses of tasks come. */
  readonly publicAddresses: Ipv4Network;
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
  const conditionKeys = { ...tagConditions(tags), "ec2:CreateAction": [createAction] };
  return [{ action: "ec2:CreateTags", resources: [arn], conditionKeys }];
};

export const tagConditions = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Readonly<Record<string, readonly string[]>> =>
  requestTagKeys((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
