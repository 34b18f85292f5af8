import type {
  CreateVpcBlockPublicAccessExclusionRequest,
  CreateVpcBlockPublicAccessExclusionResult,
} from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Transaction } from "../../../state/store.ts";
import { type ExclusionRecord, exclusions, exclusionsOf } from "../block-public-access.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter, tooManyExclusions } from "../errors.ts";
import { guardVpc, requireSubnet, requireVpc, touchVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import type { Scope } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { exclusionView } from "../views/block-public-access.ts";

const maximumExclusions = 50;

const excluded = async (
  transaction: Transaction,
  scope: Scope,
  { VpcId, SubnetId }: CreateVpcBlockPublicAccessExclusionRequest,
): Promise<Pick<ExclusionRecord, "vpcId" | "subnetId">> => {
  if (VpcId !== undefined && SubnetId !== undefined) {
    throw invalidParameterCombination("An exclusion is of a VPC or of a subnet, not of both.");
  }
  if (SubnetId === undefined) return { vpcId: (await requireVpc(transaction, scope, VpcId)).id };
  const { id, vpcId } = await requireSubnet(transaction, scope, SubnetId);
  return { vpcId, subnetId: id };
};

export const createVpcBlockPublicAccessExclusion = defineOperation<
  Ec2Dependencies,
  CreateVpcBlockPublicAccessExclusionRequest,
  CreateVpcBlockPublicAccessExclusionResult
>({
  authorise: onNew("CreateVpcBlockPublicAccessExclusion", "vpc-block-public-access-exclusion", (input) => [
    input.VpcId,
    input.SubnetId,
  ]),
  handle: async (input, call, { store, clock }) => {
    const scope = scopeOfCall(call);
    const { InternetGatewayExclusionMode: mode } = input;
    if (mode === undefined) throw missingParameter("internetGatewayExclusionMode");
    const tags = readTagSpecifications(input.TagSpecifications, "vpc-block-public-access-exclusion");
    const exclusion = await store.transaction(async (transaction) => {
      const resource = await excluded(transaction, scope, input);
      await guardVpc(transaction, resource.vpcId);
      const others = await exclusionsOf(transaction, scope);
      if (others.length >= maximumExclusions) throw tooManyExclusions();
      const same = others.find(({ vpcId, subnetId }) => vpcId === resource.vpcId && subnetId === resource.subnetId);
      if (same !== undefined) {
        throw invalidParameterValue(`${resource.subnetId ?? resource.vpcId} has the exclusion ${same.id} already.`);
      }
      const made: ExclusionRecord = {
        ...scope,
        ...resource,
        tags,
        mode,
        id: newEc2Id("vpcbpa-exclude"),
        createdAt: clock.now(),
      };
      transaction.insert(exclusions, made.id, made);
      touchVpc(transaction, made.vpcId);
      return made;
    });
    return { VpcBlockPublicAccessExclusion: exclusionView(exclusion) };
  },
});
