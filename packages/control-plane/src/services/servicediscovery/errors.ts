import { defineError, ServiceError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/cloud-map/latest/api/CommonErrors.html and the errors of each operation. */

export const invalidInput = defineError("InvalidInput", 400, (message: string) => message);
export const namespaceNotFound = defineError("NamespaceNotFound", 400, (id: string) => `Namespace ${id} not found.`);
export const serviceNotFound = defineError("ServiceNotFound", 400, (id: string) => `Service ${id} not found.`);
export const instanceNotFound = defineError(
  "InstanceNotFound",
  400,
  (id: string, service: string) => `Instance ${id} of the service ${service} not found.`,
);
export const operationNotFound = defineError("OperationNotFound", 400, (id: string) => `Operation ${id} not found.`);
export const resourceNotFound = defineError(
  "ResourceNotFoundException",
  400,
  (arn: string) => `The resource ${arn} could not be found.`,
);
export const namespaceAlreadyExists = (namespace: { readonly id: string; readonly creatorRequestId: string }) =>
  new ServiceError("NamespaceAlreadyExists", 400, "Namespace already exists.", {
    NamespaceId: namespace.id,
    CreatorRequestId: namespace.creatorRequestId,
  });
export const serviceAlreadyExists = (service: {
  readonly id: string;
  readonly arn: string;
  readonly creatorRequestId: string;
}) =>
  new ServiceError("ServiceAlreadyExists", 400, "Service already exists.", {
    ServiceId: service.id,
    ServiceArn: service.arn,
    CreatorRequestId: service.creatorRequestId,
  });
export const namespaceInUse = defineError(
  "ResourceInUse",
  400,
  () => "Namespace has associated services; delete the services before deleting the namespace",
);
export const serviceInUse = defineError(
  "ResourceInUse",
  400,
  () => "Service contains registered instances; delete the instances before deleting the service",
);
export const customHealthNotFound = defineError(
  "CustomHealthNotFound",
  400,
  (service: string) => `The service ${service} has no custom health check configured.`,
);
export const tooManyTags = (arn: string) =>
  new ServiceError("TooManyTagsException", 400, "A resource can have at most 50 tags.", { ResourceName: arn });
export const serviceAttributesLimitExceeded = defineError(
  "ServiceAttributesLimitExceededException",
  400,
  () => "A service can have at most 30 attributes.",
);

/** A parameter that Fleetless does not support. */
export const notSupported = (what: string) => invalidInput(`Fleetless does not support ${what} yet.`);
