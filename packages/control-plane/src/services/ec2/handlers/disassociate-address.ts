import type { DisassociateAddressRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, ec2Arn, scopeOfCall } from "../dependencies.ts";
import { disassociateElasticAddress, requireNamedAddress } from "../elastic-addresses.ts";
import { associationNotFound, missingParameter, operationNotPermitted } from "../errors.ts";
import { findAddressOfAssociation } from "../repository.ts";

export const disassociateAddress = defineOperation<Ec2Dependencies, DisassociateAddressRequest, Record<string, never>>({
  authorise: {
    kind: "permissions",
    permissions: async ({ AssociationId = "" }, call, { store }) => {
      const address = await store.read((transaction) => findAddressOfAssociation(transaction, AssociationId));
      const resources = [ec2Arn(scopeOfCall(call), "elastic-ip", address?.id ?? "*")];
      return [{ action: "ec2:DisassociateAddress", resources }];
    },
  },
  handle: async (input, call, { store }) => {
    const { AssociationId: id, PublicIp: publicAddress } = input;
    if (id === undefined && publicAddress === undefined) throw missingParameter("associationId");
    await store.transaction(async (transaction) => {
      const scope = scopeOfCall(call);
      const address =
        id === undefined
          ? await requireNamedAddress(transaction, scope, { PublicIp: publicAddress })
          : await findAddressOfAssociation(transaction, id);
      if (address === undefined || address.accountId !== scope.accountId || address.region !== scope.region) {
        throw associationNotFound(id ?? "");
      }
      if (address.association?.natGatewayId !== undefined) {
        throw operationNotPermitted(
          `The address ${address.publicAddress} belongs to the NAT gateway ${address.association.natGatewayId}: it is free when that is deleted.`,
        );
      }
      await disassociateElasticAddress(transaction, address);
    });
    return {};
  },
});
