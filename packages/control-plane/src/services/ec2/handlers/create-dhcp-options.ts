import type { CreateDhcpOptionsRequest, CreateDhcpOptionsResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { type DhcpOptionsRecord, dhcpOptions } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue, missingParameter, notSupported } from "../errors.ts";
import { onNew } from "../permissions.ts";
import { readTagSpecifications } from "../tags.ts";
import { dhcpOptionsView } from "../views/gateways.ts";

const known: ReadonlySet<string> = new Set(["domain-name", "domain-name-servers", "ntp-servers"]);
const maximumServers = 4;

export const createDhcpOptions = defineOperation<Ec2Dependencies, CreateDhcpOptionsRequest, CreateDhcpOptionsResult>({
  authorise: onNew("CreateDhcpOptions", "dhcp-options"),
  handle: async (input, call, { store }) => {
    const options: Record<string, readonly string[]> = {};
    for (const { Key: key = "", Values: values = [] } of input.DhcpConfigurations ?? []) {
      if (!known.has(key)) throw notSupported(`The DHCP option ${key.slice(0, 60)}`);
      if (values.length === 0 || values.length > maximumServers || values.some((value) => value.length > 255)) {
        throw invalidParameterValue(`Invalid value for DHCP option ${key}: it takes one to ${maximumServers} values.`);
      }
      options[key] = values;
    }
    if (Object.keys(options).length === 0) throw missingParameter("dhcpConfigurationSet");
    const record: DhcpOptionsRecord = {
      ...scopeOfCall(call),
      tags: readTagSpecifications(input.TagSpecifications, "dhcp-options"),
      id: newEc2Id("dopt"),
      isDefault: false,
      options,
    };
    await store.transaction(async (transaction) => transaction.insert(dhcpOptions, record.id, record));
    return { DhcpOptions: dhcpOptionsView(record) };
  },
});
