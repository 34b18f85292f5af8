import type { CreateInternetGatewayRequest, CreateInternetGatewayResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { type InternetGatewayRecord, internetGateways } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { tooManyGateways } from "../errors.ts";
import { onNew } from "../permissions.ts";
import { internetGatewaysOf } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { internetGatewayView } from "../views/network.ts";

const maximumGateways = 100;

export const createInternetGateway = defineOperation<
  Ec2Dependencies,
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult
>({
  authorise: onNew("CreateInternetGateway", "internet-gateway"),
  handle: async (input, call, { store }) => {
    const gateway: InternetGatewayRecord = {
      ...scopeOfCall(call),
      tags: readTagSpecifications(input.TagSpecifications, "internet-gateway"),
      id: newEc2Id("igw"),
    };
    await store.transaction(async (transaction) => {
      const others = await internetGatewaysOf(transaction, scopeOfCall(call));
      if (others.length >= maximumGateways) throw tooManyGateways();
      transaction.insert(internetGateways, gateway.id, gateway);
    });
    return { InternetGateway: { ...internetGatewayView(gateway), Attachments: [] } };
  },
});
