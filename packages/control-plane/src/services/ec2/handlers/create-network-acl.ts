import type { CreateNetworkAclRequest, CreateNetworkAclResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, type NetworkAclRecord, networkAcls } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { tooManyAcls } from "../errors.ts";
import { guardVpc, requireVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { networkAclsInVpc } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { networkAclView } from "../views/network.ts";
import { lastEntries } from "../vpc-creation.ts";

/** AWS's quota of ACLs in one VPC. */
const maximumAcls = 200;

export const createNetworkAcl = defineOperation<Ec2Dependencies, CreateNetworkAclRequest, CreateNetworkAclResult>({
  authorise: onNew("CreateNetworkAcl", "network-acl", (input) => [input.VpcId]),
  handle: async (input, call, { store }) => {
    const tags = readTagSpecifications(input.TagSpecifications, "network-acl");
    return store.transaction(async (transaction) => {
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
      return {
        NetworkAcl: networkAclView(acl),
        ...(input.ClientToken === undefined ? {} : { ClientToken: input.ClientToken }),
      };
    });
  },
});
