import type { CreateAccessKeyCommandInput, CreateAccessKeyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { type AccessKeyRecord, accessKeys, users } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { accessKeySecretPurpose } from "../dependencies.ts";
import { accessKeyLimit } from "../errors.ts";
import { newSecretAccessKey, newUniqueId } from "../ids.ts";
import { requireOwner, userOwner } from "../owners.ts";
import { onUser, userNameOr } from "../permissions.ts";
import { accessKeysOfUser, entityKey } from "../repository.ts";
import { dateView } from "../views.ts";

/** AWS's quota for one user. */
const mostKeys = 2;

/** The one answer that shows the secret. */
export const createAccessKey = defineOperation<
  IamDependencies,
  CreateAccessKeyCommandInput,
  Answer<CreateAccessKeyCommandOutput>
>({
  authorise: onUser("iam:CreateAccessKey"),
  handle: (input, call, { store, clock, sealer }) =>
    store.transaction(async (transaction) => {
      const userName = userNameOr(call, input.UserName);
      const user = await requireOwner(transaction, userOwner, call.accountId, userName);
      const existing = await accessKeysOfUser(transaction, call.accountId, userName);
      if (existing.length >= mostKeys) throw accessKeyLimit();
      const accessKeyId = newUniqueId("AKIA");
      const secretAccessKey = newSecretAccessKey();
      const record: AccessKeyRecord = {
        accountId: call.accountId,
        accessKeyId,
        userName,
        userId: user.userId,
        status: "Active",
        createdAt: clock.now(),
        sealedSecret: sealer.seal(secretAccessKey, accessKeySecretPurpose(accessKeyId)),
      };
      // Writing the user too lets only one of two such calls count the keys.
      transaction.put(users, entityKey(call.accountId, userName), user);
      transaction.insert(accessKeys, accessKeyId, record);
      return {
        AccessKey: {
          UserName: userName,
          AccessKeyId: accessKeyId,
          Status: record.status,
          SecretAccessKey: secretAccessKey,
          CreateDate: dateView(record.createdAt),
        },
      };
    }),
});
