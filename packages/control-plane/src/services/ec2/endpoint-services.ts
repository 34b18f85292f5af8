import type { VpcEndpointRecord } from "./connectivity-collections.ts";
import { servicesElsewhere } from "./services-elsewhere.ts";

/** A service that VPC endpoints of one kind may lead to. */
export interface EndpointService {
  /** The part of the name behind `com.amazonaws.<region>.` */
  readonly name: string;
  readonly kind: VpcEndpointRecord["kind"];
  /** Names in front of `<region>.amazonaws.com` that lead to the endpoint with private DNS; none where it has none. */
  readonly privateNames: readonly string[];
}

const service = (name: string, ...privateNames: readonly string[]): EndpointService => ({
  name,
  kind: "Interface",
  privateNames: privateNames.length === 0 ? [name] : privateNames,
});

/**
 * The services that Fleetless answers, those that have gateway endpoints, and others of AWS: their endpoints are
 * interfaces like any, and who calls there is told that the service is not offered.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
export const endpointServices: readonly EndpointService[] = [
  { name: "dynamodb", kind: "Gateway", privateNames: [] },
  { name: "dynamodb", kind: "Interface", privateNames: [] },
  { name: "s3", kind: "Gateway", privateNames: [] },
  service("s3", "s3", "*.s3", "s3-accesspoint", "*.s3-accesspoint", "s3-control", "*.s3-control"),
  service("cloudtrail"),
  service("ec2"),
  service("ecr.api", "api.ecr"),
  service("ecr.dkr", "dkr.ecr", "*.dkr.ecr"),
  service("ecs"),
  service("ecs-agent", "ecs-a"),
  service("ecs-telemetry", "ecs-t"),
  service("kms"),
  service("logs"),
  service("secretsmanager"),
  service("servicediscovery"),
  service("ssm"),
  service("ssmmessages"),
  service("sts"),
  ...Object.entries(servicesElsewhere).map(([name, privateNames]) => service(name, ...privateNames)),
];

export const serviceNameOf = ({ name }: EndpointService, region: string): string => `com.amazonaws.${region}.${name}`;

/** The kinds of endpoints that the service has, each with its own private names; none where there is no such service. */
export const endpointServicesNamed = (serviceName: string, region: string): readonly EndpointService[] =>
  endpointServices.filter((one) => serviceNameOf(one, region) === serviceName);

/** What an endpoint of this kind leads to. */
export const findEndpointService = (
  { serviceName, kind }: Pick<VpcEndpointRecord, "serviceName" | "kind">,
  region: string,
): EndpointService | undefined => endpointServicesNamed(serviceName, region).find((one) => one.kind === kind);

/** The public names of the service in the region, which private DNS leads to the endpoint. */
export const privateDnsNamesOf = (one: EndpointService, region: string): readonly string[] =>
  one.privateNames.map((name) => `${name}.${region}.amazonaws.com`);
