import { CreateManagedPrefixListCommand, ModifyManagedPrefixListCommand } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { ec2 } from "./support/served-ec2.ts";

test("a prefix list is changed to nothing that it could not have been made as", async () => {
  const made = { PrefixListName: "limited", MaxEntries: 5, AddressFamily: "IPv4" };
  const { PrefixList } = await ec2.send(new CreateManagedPrefixListCommand(made));
  const PrefixListId = PrefixList?.PrefixListId;
  for (const wrong of [{ MaxEntries: 0 }, { MaxEntries: 1001 }, { PrefixListName: "com.amazonaws.us-east-1.s3" }]) {
    const refused = { name: "InvalidParameterValue" };
    await expect(ec2.send(new CreateManagedPrefixListCommand({ ...made, ...wrong }))).rejects.toMatchObject(refused);
    await expect(ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, ...wrong }))).rejects.toMatchObject(
      refused,
    );
  }
  const changed = await ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, MaxEntries: 6 }));
  expect(changed.PrefixList?.MaxEntries).toBe(6);
});
