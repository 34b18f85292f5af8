import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/CommonErrors.html and the errors of each operation. */

export const noSuchHostedZone = defineError(
  "NoSuchHostedZone",
  404,
  (id: string) => `No hosted zone found with ID: ${id}`,
);
export const hostedZoneAlreadyExists = defineError(
  "HostedZoneAlreadyExists",
  409,
  () =>
    "A hosted zone has already been created with the specified caller reference. Use another CallerReference for another hosted zone.",
);
export const hostedZoneNotEmpty = defineError(
  "HostedZoneNotEmpty",
  400,
  () => "The specified hosted zone contains non-required resource record sets  and so cannot be deleted.",
);
export const invalidDomainName = defineError(
  "InvalidDomainName",
  400,
  (name: string) => `The domain name ${name.slice(0, 300)} is not valid.`,
);
const invalidChangeBatch = defineError(
  "InvalidChangeBatch",
  400,
  (messages: readonly string[]) => `[${messages.join(", ")}]`,
);
export const changeBatchRefused = (messages: readonly string[]) => invalidChangeBatch(messages);
export const tooManyRecords = defineError(
  "InvalidChangeBatch",
  400,
  (limit: number) => `Number of records limit of ${limit} exceeded.`,
);
export const tooManyCharacters = defineError(
  "InvalidChangeBatch",
  400,
  (limit: number) => `Number of characters limit of ${limit} exceeded.`,
);
export const invalidInput = defineError("InvalidInput", 400, (message: string) => message);
export const noSuchChange = defineError("NoSuchChange", 404, (id: string) => `Could not find resource with ID: ${id}`);
export const noSuchHealthCheck = defineError(
  "NoSuchHealthCheck",
  404,
  (id: string) => `A health check with id ${id} does not exist.`,
);
export const healthCheckAlreadyExists = defineError(
  "HealthCheckAlreadyExists",
  409,
  () =>
    "A health check with the same caller reference but other settings exists, or one with this caller reference was deleted.",
);
export const healthCheckVersionMismatch = defineError(
  "HealthCheckVersionMismatch",
  409,
  (expected: number, found: number) =>
    `The HealthCheckVersion ${expected} does not match the health check's version, which is ${found}.`,
);
export const invalidVpc = defineError("InvalidVPCId", 400, (id: string) => `The VPC ${id} was not found.`);
export const missingVpc = defineError("InvalidVPCId", 400, () => "Invalid or missing VPC Id.");
export const conflictingDomain = defineError(
  "ConflictingDomainExists",
  400,
  (vpc: string, region: string, zone: string, name: string) =>
    `The VPC ${vpc} in region ${region} has already been associated with the hosted zone ${zone} with the same domain name ${name}`,
);
export const publicZoneAssociation = defineError(
  "PublicZoneVPCAssociation",
  400,
  () =>
    "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC with a public hosted zone.",
);
export const lastVpcAssociation = defineError(
  "LastVPCAssociation",
  400,
  () =>
    "The VPC that you're trying to disassociate from the private hosted zone is the last VPC that is associated with the hosted zone. Amazon Route 53 doesn't support disassociating the last VPC from a hosted zone.",
);
export const vpcAssociationNotFound = defineError(
  "VPCAssociationNotFound",
  404,
  (vpc: string, zone: string) => `The VPC: ${vpc} and hosted zone ${zone} that you specified aren't associated.`,
);
export const authorizationNotFound = defineError(
  "VPCAssociationAuthorizationNotFound",
  404,
  (vpc: string, zone: string) =>
    `The VPC ${vpc} that you specified is not authorized to be associated with the hosted zone ${zone}.`,
);
export const notAuthorized = defineError(
  "NotAuthorizedException",
  401,
  (vpc: string, zone: string) =>
    `The VPC ${vpc} has not been authorized to associate with your hosted zone ${zone}: its owner calls CreateVPCAssociationAuthorization first.`,
);
export const managedByOther = defineError(
  "AccessDenied",
  403,
  (zone: string, manager: string) => `The resource hostedzone/${zone} can only be managed through ${manager}`,
);

/** A parameter that Fleetless does not support. */
export const notSupported = (what: string) => invalidInput(`Fleetless does not support ${what} yet.`);
