import { canonicalDomainName } from "@fleetless/engine";
import type { NamespaceRecord, ServiceRecord } from "./collections.ts";
import { invalidInput } from "./errors.ts";

type Attributes = Readonly<Record<string, string>>;

interface InstanceRecordSet {
  readonly set: {
    readonly Name: string;
    readonly Type: "A" | "AAAA" | "CNAME" | "SRV";
    readonly SetIdentifier?: string;
    readonly MultiValueAnswer?: boolean;
    readonly Weight?: number;
    readonly TTL: number;
    readonly ResourceRecords: { readonly Value: string }[];
  };
  readonly healthSource?: string;
}

/** Under which route53 keeps the health of an instance. */
export const healthSourceOf = (serviceId: string, instanceId: string): string => `cloudmap/${serviceId}/${instanceId}`;

const needed = (attributes: Attributes, name: string, type: string): string => {
  const value = attributes[name];
  if (value === undefined) {
    throw invalidInput(`The attribute ${name} is required for instances of a service with records of type ${type}.`);
  }
  return value;
};

/**
 * The DNS records that lead to an instance. Throws InvalidInput where its attributes lack what a record needs.
 * https://docs.aws.amazon.com/cloud-map/latest/api/API_RegisterInstance.html
 */
export const recordSetsOfInstance = (
  namespace: NamespaceRecord,
  service: ServiceRecord,
  instanceId: string,
  attributes: Attributes,
): readonly InstanceRecordSet[] => {
  if (service.dns === undefined) return [];
  const { routingPolicy, records } = service.dns;
  const name = canonicalDomainName(`${service.name}.${namespace.name}`);
  const own = canonicalDomainName(`${instanceId}.${service.name}.${namespace.name}`);
  if (name === undefined || own === undefined) {
    throw invalidInput(`${instanceId}.${service.name}.${namespace.name} is no domain name.`);
  }
  const routing = {
    SetIdentifier: instanceId,
    ...(routingPolicy === "WEIGHTED" ? { Weight: 1 } : { MultiValueAnswer: true }),
  };
  const health = service.customHealth === undefined ? {} : { healthSource: healthSourceOf(service.id, instanceId) };
  return records.flatMap(({ type, timeToLive: TTL }): readonly InstanceRecordSet[] => {
    const set = (Type: InstanceRecordSet["set"]["Type"], Value: string): InstanceRecordSet => ({
      set: { Name: name, Type, ...routing, TTL, ResourceRecords: [{ Value }] },
      ...health,
    });
    if (type === "A") return [set(type, needed(attributes, "AWS_INSTANCE_IPV4", type))];
    if (type === "AAAA") return [set(type, needed(attributes, "AWS_INSTANCE_IPV6", type))];
    if (type === "CNAME") return [set(type, needed(attributes, "AWS_INSTANCE_CNAME", type))];
    const port = needed(attributes, "AWS_INSTANCE_PORT", type);
    const addresses = [
      ["A", attributes.AWS_INSTANCE_IPV4],
      ["AAAA", attributes.AWS_INSTANCE_IPV6],
    ] as const;
    return [
      set("SRV", `1 1 ${port} ${own}`),
      ...addresses.flatMap(([Type, Value]) =>
        Value === undefined ? [] : [{ set: { Name: own, Type, TTL, ResourceRecords: [{ Value }] } }],
      ),
    ];
  });
};
