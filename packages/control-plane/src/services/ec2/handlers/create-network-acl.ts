import type { CreateNetworkAclRequest, CreateNetworkAclResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Transaction } from "../../../state/store.ts";
import { makeOnce, tokenIn } from "../client-token.ts";
import { keyInVpc, type NetworkAclRecord, networkAcls } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { tooManyAcls } from "../errors.ts";
import { idIn } from "../kept-results.ts";
import { guardVpc, requireNetworkAcl, requireVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { networkAclsInVpc } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { networkAclView } from "../views/network.ts";
import { lastEntries } from "../vpc-creation.ts";

/** AWS's quota of ACLs in one VPC. */
const maximumAcls = 200;

export const createNetworkAcl = defineOperation<Ec2Dependencies, CreateNetworkAclRequest, CreateNetworkAclResult>({
  authorise: onNew("CreateNetworkAcl", "network-acl", (input) => [input.VpcId]),
  handle: async (input, call, { store, clock }) => {
    const tags = readTagSpecifications(input.TagSpecifications, "network-acl");
    const make = async (transaction: Transaction): Promise<NetworkAclRecord> => {
      const vpc = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      await guardVpc(transaction, vpc.id);
      if ((await networkAclsInVpc(transaction, vpc.id)).length >= maximumAcls) throw tooManyAcls();
      const acl: NetworkAclRecord = {
        ...scopeOfCall(call),
        tags,
        id: newEc2Id("acl"),
        vpcId: vpc.id,
        isDefault: false,
        entries: lastEntries(vpc),
        associations: [],
      };
      transaction.insert(networkAcls, keyInVpc(acl), acl);
      return acl;
    };
    const answer = (acl: NetworkAclRecord): CreateNetworkAclResult => ({
      NetworkAcl: networkAclView(acl),
      ...tokenIn(input),
    });
    return store.transaction((transaction) =>
      makeOnce<CreateNetworkAclResult>(transaction, call, clock, {
        operation: "CreateNetworkAcl",
        input,
        make: async () => answer(await make(transaction)),
        repeat: async (kept) =>
          answer(await requireNetworkAcl(transaction, scopeOfCall(call), idIn(kept, "NetworkAcl", "NetworkAclId"))),
      }),
    );
  },
});
