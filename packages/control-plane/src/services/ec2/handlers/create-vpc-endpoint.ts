import { randomBytes } from "node:crypto";
import type { CreateVpcEndpointRequest, CreateVpcEndpointResult } from "@aws-sdk/client-ec2";
import { newEc2Id, subnetId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { idempotently } from "../../../state/idempotency.ts";
import type { Transaction } from "../../../state/store.ts";
import { keyInVpc } from "../collections.ts";
import { type VpcEndpointRecord, vpcEndpoints } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { readDnsOptions, requireGatewayForNames } from "../endpoint-dns-options.ts";
import { type EndpointService, endpointServicesNamed, serviceNameOf } from "../endpoint-services.ts";
import {
  endpointServiceNotFound,
  idempotentMismatch,
  invalidParameter,
  missingParameter,
  notSupported,
} from "../errors.ts";
import { namesOfGroups } from "../group-names.ts";
import { idIn } from "../kept-results.ts";
import { resolveGroups } from "../network-interfaces.ts";
import { guardVpc, requireVpc, requireVpcEndpoint } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import type { Scope } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { type VpcEndpointView, vpcEndpointView } from "../views/vpc-endpoint.ts";
import {
  addEndpointInterfaces,
  addEndpointRoutes,
  checkPartsOfKind,
  readEndpointPolicy,
  readEndpointSubnets,
  requirePrivateNames,
} from "../vpc-endpoints.ts";

interface CreatedVpcEndpoint extends Omit<CreateVpcEndpointResult, "VpcEndpoint"> {
  readonly VpcEndpoint: VpcEndpointView;
}

const serviceOf = (input: CreateVpcEndpointRequest, region: string): EndpointService => {
  const kind = input.VpcEndpointType ?? "Gateway";
  if (kind !== "Gateway" && kind !== "Interface") throw notSupported(`A VPC endpoint of the type ${kind}`);
  if (input.ServiceName === undefined) throw missingParameter("serviceName");
  const services = endpointServicesNamed(input.ServiceName, region);
  if (services.length === 0) throw endpointServiceNotFound(input.ServiceName);
  const service = services.find((one) => one.kind === kind);
  if (service === undefined) {
    throw invalidParameter(`The VPC endpoint service ${input.ServiceName} does not support the endpoint type ${kind}.`);
  }
  return service;
};

const checkParts = (input: CreateVpcEndpointRequest, kind: VpcEndpointRecord["kind"]): void => {
  checkPartsOfKind(kind, {
    subnets: [...(input.SubnetIds ?? []), ...(input.SubnetConfigurations ?? [])],
    securityGroups: input.SecurityGroupIds ?? [],
    routeTables: input.RouteTableIds ?? [],
    privateDns: input.PrivateDnsEnabled ?? false,
  });
  refuseParameters(input, ["ServiceNetworkArn", "ResourceConfigurationArn", "ServiceRegion"]);
  if (input.IpAddressType !== undefined && input.IpAddressType !== "ipv4") {
    throw notSupported(`A VPC endpoint with the address type ${input.IpAddressType}`);
  }
};

const makeEndpoint = async (
  transaction: Transaction,
  input: CreateVpcEndpointRequest,
  scope: Scope,
  now: number,
): Promise<VpcEndpointRecord> => {
  const service = serviceOf(input, scope.region);
  const { kind } = service;
  checkParts(input, kind);
  const vpc = await requireVpc(transaction, scope, input.VpcId);
  await guardVpc(transaction, vpc.id);
  const wanted = readEndpointSubnets(input.SubnetIds, input.SubnetConfigurations);
  const subnet = { id: subnetId(wanted[0]?.subnetId ?? ""), vpcId: vpc.id };
  const plain: VpcEndpointRecord = {
    ...scope,
    tags: readTagSpecifications(input.TagSpecifications, "vpc-endpoint"),
    id: newEc2Id("vpce"),
    vpcId: vpc.id,
    kind,
    serviceName: serviceNameOf(service, scope.region),
    ...(input.PolicyDocument ? { policy: readEndpointPolicy(input.PolicyDocument) } : {}),
    privateDnsEnabled: kind === "Interface" && (input.PrivateDnsEnabled ?? service.privateNames.length > 0),
    routeTableIds: [...new Set(input.RouteTableIds ?? [])],
    securityGroupIds:
      kind === "Interface"
        ? await resolveGroups(transaction, { ...scope, securityGroupIds: input.SecurityGroupIds ?? [] }, subnet)
        : [],
    interfaces: [],
    dnsLabel: randomBytes(4).toString("hex"),
    createdAt: now,
  };
  const dnsOptions = readDnsOptions(input.DnsOptions, plain);
  const bare: VpcEndpointRecord = { ...plain, ...(dnsOptions === undefined ? {} : { dnsOptions }) };
  if (bare.privateDnsEnabled) await requirePrivateNames(transaction, vpc, bare);
  await requireGatewayForNames(transaction, bare);
  if (kind === "Gateway") await addEndpointRoutes(transaction, bare, bare.routeTableIds);
  const endpoint = { ...bare, interfaces: await addEndpointInterfaces(transaction, bare, wanted, now) };
  transaction.insert(vpcEndpoints, keyInVpc(endpoint), endpoint);
  return endpoint;
};

export const createVpcEndpoint = defineOperation<Ec2Dependencies, CreateVpcEndpointRequest, CreatedVpcEndpoint>({
  authorise: onNew("CreateVpcEndpoint", "vpc-endpoint", (input) => [
    input.VpcId,
    ...(input.SubnetIds ?? []),
    ...(input.SecurityGroupIds ?? []),
    ...(input.RouteTableIds ?? []),
  ]),
  handle: async (input, call, { store, clock }) => {
    const scope = scopeOfCall(call);
    const now = clock.now();
    const viewOf = async (transaction: Transaction, endpoint: VpcEndpointRecord) =>
      vpcEndpointView(endpoint, await namesOfGroups(transaction, endpoint.securityGroupIds));
    return store.transaction((transaction) =>
      idempotently<CreatedVpcEndpoint>(transaction, {
        scope: `${scope.accountId}/${scope.region}/ec2:CreateVpcEndpoint`,
        token: input.ClientToken,
        input,
        now,
        mismatch: idempotentMismatch,
        make: async () => ({
          VpcEndpoint: await viewOf(transaction, await makeEndpoint(transaction, input, scope, now)),
          ...(input.ClientToken === undefined ? {} : { ClientToken: input.ClientToken }),
        }),
        repeat: async (kept) => {
          const id = idIn(kept, "VpcEndpoint", "VpcEndpointId");
          return { VpcEndpoint: await viewOf(transaction, await requireVpcEndpoint(transaction, scope, id)) };
        },
      }),
    );
  },
});
