import type { DeleteVpcEndpointsRequest, DeleteVpcEndpointsResult, UnsuccessfulItem } from "@aws-sdk/client-ec2";
import { ServiceError } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc } from "../collections.ts";
import { vpcEndpoints } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { releaseNetworkInterfaceTo } from "../interface-records.ts";
import { requireVpcEndpoint } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { removeEndpointRoutes } from "../vpc-endpoints.ts";

export const deleteVpcEndpoints = defineOperation<Ec2Dependencies, DeleteVpcEndpointsRequest, DeleteVpcEndpointsResult>(
  {
    authorise: onIds("DeleteVpcEndpoints", (input) => input.VpcEndpointIds ?? []),
    handle: async (input, call, { store, publicAddresses }) => {
      const Unsuccessful: UnsuccessfulItem[] = [];
      for (const id of new Set(input.VpcEndpointIds ?? [])) {
        try {
          await store.transaction(async (transaction) => {
            const endpoint = await requireVpcEndpoint(transaction, scopeOfCall(call), id);
            await removeEndpointRoutes(transaction, endpoint, endpoint.routeTableIds);
            for (const one of endpoint.interfaces)
              await releaseNetworkInterfaceTo(transaction, one.id, publicAddresses);
            transaction.delete(vpcEndpoints, keyInVpc(endpoint));
          });
        } catch (thrown) {
          if (!(thrown instanceof ServiceError)) throw thrown;
          Unsuccessful.push({ ResourceId: id, Error: { Code: thrown.code, Message: thrown.message } });
        }
      }
      return { Unsuccessful };
    },
  },
);
