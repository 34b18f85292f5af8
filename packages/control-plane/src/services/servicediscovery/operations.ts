import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { ServiceDiscoveryDependencies } from "./dependencies.ts";
import { createHttpNamespace } from "./handlers/create-http-namespace.ts";
import { createPrivateDnsNamespace } from "./handlers/create-private-dns-namespace.ts";
import { createPublicDnsNamespace } from "./handlers/create-public-dns-namespace.ts";
import { createService } from "./handlers/create-service.ts";
import { deleteNamespaceOperation } from "./handlers/delete-namespace.ts";
import { deleteService } from "./handlers/delete-service.ts";
import { deleteServiceAttributes } from "./handlers/delete-service-attributes.ts";
import { deregisterInstanceOperation } from "./handlers/deregister-instance.ts";
import { discoverInstances } from "./handlers/discover-instances.ts";
import { discoverInstancesRevision } from "./handlers/discover-instances-revision.ts";
import { getInstance } from "./handlers/get-instance.ts";
import { getInstancesHealthStatus } from "./handlers/get-instances-health-status.ts";
import { getNamespace } from "./handlers/get-namespace.ts";
import { getOperation } from "./handlers/get-operation.ts";
import { getService } from "./handlers/get-service.ts";
import { getServiceAttributes } from "./handlers/get-service-attributes.ts";
import { listInstances } from "./handlers/list-instances.ts";
import { listNamespaces } from "./handlers/list-namespaces.ts";
import { listOperations } from "./handlers/list-operations.ts";
import { listServices } from "./handlers/list-services.ts";
import { listTagsForResource } from "./handlers/list-tags-for-resource.ts";
import { registerInstanceOperation } from "./handlers/register-instance.ts";
import { tagResource } from "./handlers/tag-resource.ts";
import { untagResource } from "./handlers/untag-resource.ts";
import { updateInstanceCustomHealthStatus } from "./handlers/update-instance-custom-health-status.ts";
import {
  updateHttpNamespace,
  updatePrivateDnsNamespace,
  updatePublicDnsNamespace,
} from "./handlers/update-namespace.ts";
import { updateService } from "./handlers/update-service.ts";
import { updateServiceAttributes } from "./handlers/update-service-attributes.ts";

/** Every operation that servicediscovery has, under the SDK's name for it. */
export const serviceDiscoveryOperations = {
  CreateHttpNamespace: createHttpNamespace,
  CreatePrivateDnsNamespace: createPrivateDnsNamespace,
  CreatePublicDnsNamespace: createPublicDnsNamespace,
  CreateService: createService,
  DeleteNamespace: deleteNamespaceOperation,
  DeleteService: deleteService,
  DeleteServiceAttributes: deleteServiceAttributes,
  DeregisterInstance: deregisterInstanceOperation,
  DiscoverInstances: discoverInstances,
  DiscoverInstancesRevision: discoverInstancesRevision,
  GetInstance: getInstance,
  GetInstancesHealthStatus: getInstancesHealthStatus,
  GetNamespace: getNamespace,
  GetOperation: getOperation,
  GetService: getService,
  GetServiceAttributes: getServiceAttributes,
  ListInstances: listInstances,
  ListNamespaces: listNamespaces,
  ListOperations: listOperations,
  ListServices: listServices,
  ListTagsForResource: listTagsForResource,
  RegisterInstance: registerInstanceOperation,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateHttpNamespace: updateHttpNamespace,
  UpdateInstanceCustomHealthStatus: updateInstanceCustomHealthStatus,
  UpdatePrivateDnsNamespace: updatePrivateDnsNamespace,
  UpdatePublicDnsNamespace: updatePublicDnsNamespace,
  UpdateService: updateService,
  UpdateServiceAttributes: updateServiceAttributes,
} satisfies OperationsOf<typeof import("@aws-sdk/client-servicediscovery"), ServiceDiscoveryDependencies>;
