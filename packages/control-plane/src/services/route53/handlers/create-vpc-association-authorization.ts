import type {
  CreateVPCAssociationAuthorizationRequest,
  CreateVPCAssociationAuthorizationResponse,
} from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { hostedZones } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { publicZoneAssociation } from "../errors.ts";
import { onZone } from "../permissions.ts";
import { readZone } from "../repository.ts";
import { vpcReference } from "../requests.ts";
import { vpcView } from "../views.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateVPCAssociationAuthorization.html */
export const createVpcAssociationAuthorization = defineOperation<
  Route53Dependencies,
  CreateVPCAssociationAuthorizationRequest,
  CreateVPCAssociationAuthorizationResponse
>({
  authorise: onZone("route53:CreateVPCAssociationAuthorization"),
  handle: async (input, { accountId }, { store }) => {
    const vpc = vpcReference(input.VPC ?? {});
    const zone = await store.transaction(async (transaction) => {
      const found = await readZone(transaction, input.HostedZoneId, accountId);
      if (!found.isPrivate) throw publicZoneAssociation();
      const others = found.authorizations.filter(({ vpcId }) => vpcId !== vpc.vpcId);
      transaction.put(hostedZones, found.id, { ...found, authorizations: [...others, vpc] });
      return found;
    });
    return { HostedZoneId: zone.id, VPC: vpcView(vpc) };
  },
});
