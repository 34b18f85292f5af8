import type { AddPrefixListEntry } from "@aws-sdk/client-ec2";
import type { Transaction } from "../../state/store.ts";
import { canonicalCidr, familyOf } from "./cidr.ts";
import type { PrefixListEntryRecord, PrefixListRecord } from "./connectivity-collections.ts";
import { invalidParameterValue } from "./errors.ts";
import { touchVpc } from "./ownership.ts";
import { routeTablesWithDestination, securityGroupsWithPrefixList } from "./repository.ts";

/** AWS's default quota of entries in one list. */
const maximumEntries = 1000;

/** Throws InvalidParameterValue for a size that no list may have. */
export const checkMaxEntries = (maxEntries: number): void => {
  if (maxEntries >= 1 && maxEntries <= maximumEntries) return;
  throw invalidParameterValue(`Value (${maxEntries}) for parameter maxEntries is invalid: 1 to ${maximumEntries}.`);
};

/** Throws InvalidParameterValue for a name that no caller's list may have. */
export const checkListName = (name: string): void => {
  if (name === "" || name.length > 255 || name.startsWith("com.amazonaws")) {
    throw invalidParameterValue(`The prefix list name ${name.slice(0, 60)} is not valid.`);
  }
};

/** Entries as a caller gives them, in canonical form. Throws InvalidParameterValue. */
export const readEntries = (
  given: readonly AddPrefixListEntry[],
  family: PrefixListRecord["addressFamily"],
): readonly PrefixListEntryRecord[] => {
  const entries = given.map(({ Cidr, Description }): PrefixListEntryRecord => {
    const cidr = Cidr === undefined ? undefined : canonicalCidr(Cidr);
    if (cidr === undefined || familyOf(cidr) !== family) {
      throw invalidParameterValue(
        `The CIDR (${(Cidr ?? "").slice(0, 60)}) is not a valid block of the address family ${family}.`,
      );
    }
    if ((Description ?? "").length > 255) {
      throw invalidParameterValue("The description of a prefix list entry has at most 255 characters.");
    }
    return { cidr, ...(Description ? { description: Description } : {}) };
  });
  if (new Set(entries.map(({ cidr }) => cidr)).size < entries.length) {
    throw invalidParameterValue("The same CIDR was given more than once.");
  }
  return entries;
};

/** The list without some entries and with others, those of a block that it has already in their place. */
export const changedEntries = (
  entries: readonly PrefixListEntryRecord[],
  removed: readonly string[],
  added: readonly PrefixListEntryRecord[],
): readonly PrefixListEntryRecord[] => {
  for (const cidr of removed) {
    if (!entries.some((entry) => entry.cidr === cidr)) {
      throw invalidParameterValue(`The prefix list has no entry for the CIDR ${cidr.slice(0, 60)}.`);
    }
  }
  const changed = new Map(entries.filter(({ cidr }) => !removed.includes(cidr)).map((entry) => [entry.cidr, entry]));
  for (const entry of added) changed.set(entry.cidr, entry);
  return [...changed.values()];
};

/** Has the nodes of every VPC that uses the list learn it anew. */
export const touchUsers = async (transaction: Transaction, id: string): Promise<void> => {
  const users = [
    ...(await securityGroupsWithPrefixList(transaction, id)),
    ...(await routeTablesWithDestination(transaction, id)),
  ];
  for (const vpcId of new Set(users.map((user) => user.vpcId))) touchVpc(transaction, vpcId);
};
