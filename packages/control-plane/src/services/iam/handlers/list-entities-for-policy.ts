import type { ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { checkPathPrefix } from "../owner-policies.ts";
import { pageOf } from "../paging.ts";
import { onPolicy } from "../permissions.ts";
import { requirePolicy } from "../policy-uses.ts";
import { attachmentsOf } from "../repository.ts";
import { checkPolicyArn } from "../validation.ts";

export const listEntitiesForPolicy = defineOperation<
  IamDependencies,
  ListEntitiesForPolicyCommandInput,
  Answer<ListEntitiesForPolicyCommandOutput>
>({
  authorise: onPolicy("iam:ListEntitiesForPolicy"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const { arn } = await requirePolicy(transaction, call.accountId, checkPolicyArn(input.PolicyArn));
      const prefix = checkPathPrefix(input.PathPrefix);
      const use = input.PolicyUsageFilter === "PermissionsBoundary" ? "boundary" : "policy";
      const { users, roles, groups } = await attachmentsOf(transaction, call.accountId, arn, use);
      const wants = (kind: string): boolean => input.EntityFilter === undefined || input.EntityFilter === kind;
      const entities = [
        ...(wants("User") ? users : []).map((user) => ({
          kind: "user",
          path: user.path,
          name: user.userName,
          id: user.userId,
        })),
        ...(wants("Role") ? roles : []).map((role) => ({
          kind: "role",
          path: role.path,
          name: role.roleName,
          id: role.roleId,
        })),
        ...(wants("Group") ? groups : []).map((group) => ({
          kind: "group",
          path: group.path,
          name: group.groupName,
          id: group.groupId,
        })),
      ].filter(({ path }) => path.startsWith(prefix));
      const { items, ...page } = pageOf(entities, input, ({ kind, name }) => `${kind}/${name}`);
      return {
        PolicyGroups: items.flatMap(({ kind, name, id }) =>
          kind === "group" ? [{ GroupName: name, GroupId: id }] : [],
        ),
        PolicyUsers: items.flatMap(({ kind, name, id }) => (kind === "user" ? [{ UserName: name, UserId: id }] : [])),
        PolicyRoles: items.flatMap(({ kind, name, id }) => (kind === "role" ? [{ RoleName: name, RoleId: id }] : [])),
        ...page,
      };
    }),
});
