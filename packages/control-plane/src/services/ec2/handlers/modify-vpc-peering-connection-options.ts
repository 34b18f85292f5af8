import type {
  ModifyVpcPeeringConnectionOptionsRequest,
  ModifyVpcPeeringConnectionOptionsResult,
  PeeringConnectionOptionsRequest,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import type { PeeringSide } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { notSupported } from "../errors.ts";
import { onIds } from "../permissions.ts";
import { putPeering, requireStatus, requireVpcPeering } from "../vpc-peerings.ts";

const readOption = (options: PeeringConnectionOptionsRequest | undefined): boolean | undefined => {
  if (options?.AllowEgressFromLocalClassicLinkToRemoteVpc || options?.AllowEgressFromLocalVpcToRemoteClassicLink) {
    throw notSupported("ClassicLink");
  }
  return options?.AllowDnsResolutionFromRemoteVpc;
};

export const modifyVpcPeeringConnectionOptions = defineOperation<
  Ec2Dependencies,
  ModifyVpcPeeringConnectionOptionsRequest,
  ModifyVpcPeeringConnectionOptionsResult
>({
  authorise: onIds("ModifyVpcPeeringConnectionOptions", (input) => [input.VpcPeeringConnectionId]),
  handle: async (input, call, { store, clock }) => {
    const [ofRequester, ofAccepter] = [
      readOption(input.RequesterPeeringConnectionOptions),
      readOption(input.AccepterPeeringConnectionOptions),
    ];
    const changed = (side: PeeringSide, allow: boolean | undefined): PeeringSide => ({
      ...side,
      allowDnsResolutionFromRemoteVpc: allow ?? side.allowDnsResolutionFromRemoteVpc,
    });
    const optionsOf = (side: PeeringSide) => ({
      AllowDnsResolutionFromRemoteVpc: side.allowDnsResolutionFromRemoteVpc,
      AllowEgressFromLocalClassicLinkToRemoteVpc: false,
      AllowEgressFromLocalVpcToRemoteClassicLink: false,
    });
    return store.transaction(async (transaction) => {
      const peering = await requireVpcPeering(transaction, scopeOfCall(call), input.VpcPeeringConnectionId);
      requireStatus(peering, clock.now(), ["active"], "active with other options");
      const requester = changed(peering.requester, ofRequester);
      const accepter = changed(peering.accepter, ofAccepter);
      putPeering(transaction, { ...peering, requester, accepter });
      return {
        ...(input.RequesterPeeringConnectionOptions === undefined
          ? {}
          : { RequesterPeeringConnectionOptions: optionsOf(requester) }),
        ...(input.AccepterPeeringConnectionOptions === undefined
          ? {}
          : { AccepterPeeringConnectionOptions: optionsOf(accepter) }),
      };
    });
  },
});
