import type {
  ListPoliciesGrantingServiceAccessCommandInput,
  ListPoliciesGrantingServiceAccessCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { heldPolicies, requireEntity } from "../entities.ts";
import { grantedServices } from "../granted-services.ts";
import { nameOfArn } from "../repository.ts";
import { present } from "../validation.ts";

const inlineOwners = { user: "USER", group: "GROUP", role: "ROLE" } as const;

export const listPoliciesGrantingServiceAccess = defineOperation<
  IamDependencies,
  ListPoliciesGrantingServiceAccessCommandInput,
  Answer<ListPoliciesGrantingServiceAccessCommandOutput>
>({
  authorise: permission("iam:ListPoliciesGrantingServiceAccess", (input) => [input.Arn ?? ""]),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const entity = await requireEntity(transaction, call.accountId, present(input.Arn, "arn"));
      const held = await heldPolicies(transaction, entity);
      return {
        PoliciesGrantingServiceAccess: (input.ServiceNamespaces ?? []).map((namespace) => ({
          ServiceNamespace: namespace,
          Policies: held
            .filter(({ document }) => grantedServices(document).has(namespace))
            .map(({ name, arn, owner, ownerKind }) =>
              arn === undefined
                ? {
                    PolicyName: name,
                    PolicyType: "INLINE" as const,
                    EntityName: nameOfArn(owner.arn),
                    EntityType: inlineOwners[ownerKind],
                  }
                : { PolicyName: name, PolicyType: "MANAGED" as const, PolicyArn: arn },
            ),
        })),
        IsTruncated: false,
      };
    }),
});
