import type { VpcEndpointRecord } from "./connectivity-collections.ts";

/** A service that VPC endpoints may lead to. */
export interface EndpointService {
  /** The part of the name behind `com.amazonaws.<region>.` */
  readonly name: string;
  readonly kinds: readonly VpcEndpointRecord["kind"][];
  /** Names in front of `<region>.amazonaws.com` that lead to the endpoint with private DNS. */
  readonly privateNames: readonly string[];
}

const service = (name: string, ...privateNames: readonly string[]): EndpointService => ({
  name,
  kinds: ["Interface"],
  privateNames: privateNames.length === 0 ? [name] : privateNames,
});

/** The services that Fleetless answers, and the two that have gateway endpoints. */
export const endpointServices: readonly EndpointService[] = [
  { name: "dynamodb", kinds: ["Gateway"], privateNames: ["dynamodb"] },
  { name: "s3", kinds: ["Gateway"], privateNames: ["s3"] },
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
];

export const serviceNameOf = ({ name }: EndpointService, region: string): string => `com.amazonaws.${region}.${name}`;

export const findEndpointService = (serviceName: string, region: string): EndpointService | undefined =>
  endpointServices.find((one) => serviceNameOf(one, region) === serviceName);

/** The public names of the service in the region, which private DNS leads to the endpoint. */
export const privateDnsNamesOf = (one: EndpointService, region: string): readonly string[] =>
  one.privateNames.map((name) => `${name}.${region}.amazonaws.com`);
