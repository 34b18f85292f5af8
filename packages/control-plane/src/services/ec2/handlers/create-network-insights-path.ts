import type { CreateNetworkInsightsPathRequest, CreateNetworkInsightsPathResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Transaction } from "../../../state/store.ts";
import { makeOnce } from "../client-token.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter, notSupported } from "../errors.ts";
import { parseIpv4 } from "../ipv4.ts";
import { idIn } from "../kept-results.ts";
import { type NetworkInsightsPathRecord, networkInsightsPaths } from "../network-insights-collections.ts";
import { requireInsightsPath, requireNetworkInterface } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { readTagSpecifications } from "../tags.ts";
import { insightsPathView } from "../views/network-insights.ts";

const requireInterfaceId = (text: string, end: string): string => {
  const id = text.startsWith("arn:") ? (text.split("/")[1] ?? "") : text;
  if (!id.startsWith("eni-")) throw notSupported(`A path whose ${end} is no network interface (${id.slice(0, 40)})`);
  return id;
};

export const createNetworkInsightsPath = defineOperation<
  Ec2Dependencies,
  CreateNetworkInsightsPathRequest,
  CreateNetworkInsightsPathResult
>({
  authorise: onNew("CreateNetworkInsightsPath", "network-insights-path"),
  handle: async (input, call, { store, clock }) => {
    refuseParameters(input, ["SourceIp", "FilterAtSource", "FilterAtDestination"]);
    const { Source, Destination, DestinationIp, DestinationPort, Protocol } = input;
    if (Source === undefined) throw missingParameter("source");
    if (Protocol === undefined) throw missingParameter("protocol");
    if (DestinationPort === undefined) throw notSupported("A path without a destination port");
    if (DestinationPort < 1 || DestinationPort > 65_535) {
      throw invalidParameterValue(`Value (${DestinationPort}) for parameter destinationPort is invalid.`);
    }
    if ((Destination === undefined) === (DestinationIp === undefined)) {
      throw invalidParameterCombination("Exactly one of destination and destinationIp must be given.");
    }
    if (DestinationIp !== undefined && parseIpv4(DestinationIp) === undefined) {
      throw invalidParameterValue(`Value (${DestinationIp.slice(0, 60)}) for parameter destinationIp is invalid.`);
    }
    const scope = scopeOfCall(call);
    const tags = readTagSpecifications(input.TagSpecifications, "network-insights-path");
    const make = async (transaction: Transaction): Promise<NetworkInsightsPathRecord> => {
      const source = await requireNetworkInterface(transaction, scope, requireInterfaceId(Source, "source"));
      const destination =
        Destination === undefined
          ? undefined
          : await requireNetworkInterface(transaction, scope, requireInterfaceId(Destination, "destination"));
      const path: NetworkInsightsPathRecord = {
        ...scope,
        tags,
        id: newEc2Id("nip"),
        source: source.id,
        ...(destination === undefined ? {} : { destination: destination.id }),
        ...(DestinationIp === undefined ? {} : { destinationAddress: DestinationIp }),
        protocol: Protocol,
        destinationPort: DestinationPort,
        createdAt: clock.now(),
      };
      transaction.insert(networkInsightsPaths, path.id, path);
      return path;
    };
    return store.transaction((transaction) =>
      makeOnce<CreateNetworkInsightsPathResult>(transaction, call, clock, {
        operation: "CreateNetworkInsightsPath",
        input,
        make: async () => ({ NetworkInsightsPath: insightsPathView(await make(transaction)) }),
        repeat: async (kept) => {
          const id = idIn(kept, "NetworkInsightsPath", "NetworkInsightsPathId");
          return { NetworkInsightsPath: insightsPathView(await requireInsightsPath(transaction, scope, id)) };
        },
      }),
    );
  },
});
