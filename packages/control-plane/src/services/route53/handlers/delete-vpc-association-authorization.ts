import type {
  DeleteVPCAssociationAuthorizationRequest,
  DeleteVPCAssociationAuthorizationResponse,
} from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { hostedZones } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { authorizationNotFound } from "../errors.ts";
import { onZone } from "../permissions.ts";
import { readZone } from "../repository.ts";
import { vpcReference } from "../requests.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteVPCAssociationAuthorization.html */
export const deleteVpcAssociationAuthorization = defineOperation<
  Route53Dependencies,
  DeleteVPCAssociationAuthorizationRequest,
  DeleteVPCAssociationAuthorizationResponse
>({
  authorise: onZone("route53:DeleteVPCAssociationAuthorization"),
  handle: async (input, { accountId }, { store }) => {
    const { vpcId } = vpcReference(input.VPC ?? {});
    await store.transaction(async (transaction) => {
      const zone = await readZone(transaction, input.HostedZoneId, accountId);
      const left = zone.authorizations.filter((vpc) => vpc.vpcId !== vpcId);
      if (left.length === zone.authorizations.length) throw authorizationNotFound(vpcId, zone.id);
      transaction.put(hostedZones, zone.id, { ...zone, authorizations: left });
    });
    return {};
  },
});
