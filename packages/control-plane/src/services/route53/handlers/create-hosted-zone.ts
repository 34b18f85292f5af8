import type { CreateHostedZoneRequest, CreateHostedZoneResponse } from "@aws-sdk/client-route-53";
import { canonicalDomainName } from "@fleetless/engine";
import { defineOperation } from "../../../gateway/operation.ts";
import { changeInfo } from "../changes.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { invalidDomainName, invalidInput, notSupported } from "../errors.ts";
import { onAccount } from "../permissions.ts";
import { checkComment, vpcOfCaller } from "../requests.ts";
import { zoneView } from "../views.ts";
import { createZone, nameServers } from "../zones.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html */
export const createHostedZone = defineOperation<Route53Dependencies, CreateHostedZoneRequest, CreateHostedZoneResponse>(
  {
    authorise: onAccount("route53:CreateHostedZone"),
    handle: async (input, call, { store, clock, findVpc }) => {
      if (input.DelegationSetId !== undefined) throw notSupported("reusable delegation sets");
      const name = canonicalDomainName(input.Name ?? "");
      if (name === undefined || name === ".") throw invalidDomainName(input.Name ?? "");
      const { CallerReference: callerReference = "", VPC: vpc } = input;
      if (callerReference.length < 1 || callerReference.length > 128) {
        throw invalidInput("Invalid request: CallerReference must have 1 to 128 characters");
      }
      if (vpc === undefined && input.HostedZoneConfig?.PrivateZone === true) {
        throw invalidInput(
          "When you're creating a private hosted zone (when you specify true for PrivateZone), you must also specify values for VPCId and VPCRegion.",
        );
      }
      const { zone, change } = await store.transaction(async (transaction) => {
        const reference = vpc === undefined ? undefined : await vpcOfCaller(transaction, vpc, call.accountId, findVpc);
        const comment = input.HostedZoneConfig?.Comment;
        return createZone(
          transaction,
          {
            accountId: call.accountId,
            name,
            callerReference,
            isPrivate: reference !== undefined,
            vpcs: reference === undefined ? [] : [reference],
            ...(comment === undefined || comment === "" ? {} : { comment: checkComment(comment) }),
          },
          clock.now(),
        );
      });
      return {
        HostedZone: zoneView(zone),
        ChangeInfo: changeInfo(change),
        DelegationSet: { NameServers: [...nameServers] },
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
        ...(vpc === undefined ? {} : { VPC: vpc }),
      };
    },
  },
);
