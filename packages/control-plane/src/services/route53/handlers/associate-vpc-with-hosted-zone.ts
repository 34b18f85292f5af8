import type { AssociateVPCWithHostedZoneRequest, AssociateVPCWithHostedZoneResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { changeInfo, submitChange } from "../changes.ts";
import { hostedZones } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { notAuthorized, publicZoneAssociation } from "../errors.ts";
import { onZone } from "../permissions.ts";
import { readZone } from "../repository.ts";
import { refuseManaged, vpcOfCaller } from "../requests.ts";
import { associate } from "../zones.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html */
export const associateVpcWithHostedZone = defineOperation<
  Route53Dependencies,
  AssociateVPCWithHostedZoneRequest,
  AssociateVPCWithHostedZoneResponse
>({
  authorise: onZone("route53:AssociateVPCWithHostedZone"),
  handle: async (input, { accountId }, { store, clock, findVpc }) => {
    const change = await store.transaction(async (transaction) => {
      const zone = await readZone(transaction, input.HostedZoneId, undefined);
      if (!zone.isPrivate) throw publicZoneAssociation();
      const vpc = await vpcOfCaller(transaction, input.VPC ?? {}, accountId, findVpc);
      const isAuthorised = zone.authorizations.some(({ vpcId }) => vpcId === vpc.vpcId);
      if (zone.accountId !== accountId && !isAuthorised) throw notAuthorized(vpc.vpcId, zone.id);
      if (zone.linkedService !== undefined && zone.accountId !== accountId) refuseManaged(zone);
      await associate(transaction, zone, vpc);
      const changed = { ...zone, vpcs: [...zone.vpcs, vpc] };
      transaction.put(hostedZones, zone.id, changed);
      return submitChange(transaction, changed, clock.now(), input.Comment);
    });
    return { ChangeInfo: changeInfo(change) };
  },
});
