import type {
  DisassociateVPCFromHostedZoneRequest,
  DisassociateVPCFromHostedZoneResponse,
} from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { changeInfo, submitChange } from "../changes.ts";
import { hostedZones } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { lastVpcAssociation, noSuchHostedZone, vpcAssociationNotFound } from "../errors.ts";
import { onZone } from "../permissions.ts";
import { readZone } from "../repository.ts";
import { vpcReference } from "../requests.ts";
import { disassociate } from "../zones.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html */
export const disassociateVpcFromHostedZone = defineOperation<
  Route53Dependencies,
  DisassociateVPCFromHostedZoneRequest,
  DisassociateVPCFromHostedZoneResponse
>({
  authorise: onZone("route53:DisassociateVPCFromHostedZone"),
  handle: async (input, { accountId }, { store, clock, findVpc }) => {
    const change = await store.transaction(async (transaction) => {
      const zone = await readZone(transaction, input.HostedZoneId, undefined);
      const { vpcId } = vpcReference(input.VPC ?? {});
      const owner = (await findVpc(transaction, vpcId))?.accountId;
      if (zone.accountId !== accountId && owner !== accountId) throw noSuchHostedZone(zone.id);
      const left = zone.vpcs.filter((vpc) => vpc.vpcId !== vpcId);
      if (left.length === zone.vpcs.length) throw vpcAssociationNotFound(vpcId, zone.id);
      if (left.length === 0) throw lastVpcAssociation();
      disassociate(transaction, zone, vpcId);
      const changed = { ...zone, vpcs: left };
      transaction.put(hostedZones, zone.id, changed);
      return submitChange(transaction, changed, clock.now(), input.Comment);
    });
    return { ChangeInfo: changeInfo(change) };
  },
});
