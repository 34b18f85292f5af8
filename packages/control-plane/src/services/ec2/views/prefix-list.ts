import type { ManagedPrefixList, PrefixListState } from "@aws-sdk/client-ec2";
import { formatArn } from "@fleetless/kernel";
import type { PrefixListRecord } from "../connectivity-collections.ts";
import { ec2Arn } from "../dependencies.ts";
import { tagsView } from "../tags.ts";

export const prefixListView = (
  list: PrefixListRecord,
  state: PrefixListState = list.state ?? "create-complete",
): ManagedPrefixList => ({
  PrefixListId: list.id,
  PrefixListName: list.name,
  PrefixListArn:
    list.accountId === "AWS"
      ? formatArn({ service: "ec2", region: list.region, accountId: "aws", resource: `prefix-list/${list.id}` })
      : ec2Arn(list, "prefix-list", list.id),
  OwnerId: list.accountId,
  AddressFamily: list.addressFamily,
  State: state,
  MaxEntries: list.maxEntries,
  Version: list.version,
  Tags: tagsView(list.tags),
});
