import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { Route53Dependencies } from "./dependencies.ts";
import { associateVpcWithHostedZone } from "./handlers/associate-vpc-with-hosted-zone.ts";
import { changeResourceRecordSets } from "./handlers/change-resource-record-sets.ts";
import { changeTagsForResource } from "./handlers/change-tags-for-resource.ts";
import { createHealthCheck } from "./handlers/create-health-check.ts";
import { createHostedZone } from "./handlers/create-hosted-zone.ts";
import { createVpcAssociationAuthorization } from "./handlers/create-vpc-association-authorization.ts";
import { deleteHealthCheck } from "./handlers/delete-health-check.ts";
import { deleteHostedZone } from "./handlers/delete-hosted-zone.ts";
import { deleteVpcAssociationAuthorization } from "./handlers/delete-vpc-association-authorization.ts";
import { disassociateVpcFromHostedZone } from "./handlers/disassociate-vpc-from-hosted-zone.ts";
import { getChange } from "./handlers/get-change.ts";
import { getHealthCheck } from "./handlers/get-health-check.ts";
import { getHealthCheckCount } from "./handlers/get-health-check-count.ts";
import { getHealthCheckLastFailureReason } from "./handlers/get-health-check-last-failure-reason.ts";
import { getHealthCheckStatus } from "./handlers/get-health-check-status.ts";
import { getHostedZone } from "./handlers/get-hosted-zone.ts";
import { getHostedZoneCount } from "./handlers/get-hosted-zone-count.ts";
import { listHealthChecks } from "./handlers/list-health-checks.ts";
import { listHostedZones } from "./handlers/list-hosted-zones.ts";
import { listHostedZonesByName } from "./handlers/list-hosted-zones-by-name.ts";
import { listHostedZonesByVpc } from "./handlers/list-hosted-zones-by-vpc.ts";
import { listResourceRecordSets } from "./handlers/list-resource-record-sets.ts";
import { listTagsForResource } from "./handlers/list-tags-for-resource.ts";
import { listTagsForResources } from "./handlers/list-tags-for-resources.ts";
import { listVpcAssociationAuthorizations } from "./handlers/list-vpc-association-authorizations.ts";
import { testDnsAnswer } from "./handlers/test-dns-answer.ts";
import { updateHealthCheck } from "./handlers/update-health-check.ts";
import { updateHostedZoneComment } from "./handlers/update-hosted-zone-comment.ts";

/** Every operation that route53 has, under the SDK's name for it. */
export const route53Operations = {
  AssociateVPCWithHostedZone: associateVpcWithHostedZone,
  ChangeResourceRecordSets: changeResourceRecordSets,
  ChangeTagsForResource: changeTagsForResource,
  CreateHealthCheck: createHealthCheck,
  CreateHostedZone: createHostedZone,
  CreateVPCAssociationAuthorization: createVpcAssociationAuthorization,
  DeleteHealthCheck: deleteHealthCheck,
  DeleteHostedZone: deleteHostedZone,
  DeleteVPCAssociationAuthorization: deleteVpcAssociationAuthorization,
  DisassociateVPCFromHostedZone: disassociateVpcFromHostedZone,
  GetChange: getChange,
  GetHealthCheck: getHealthCheck,
  GetHealthCheckCount: getHealthCheckCount,
  GetHealthCheckLastFailureReason: getHealthCheckLastFailureReason,
  GetHealthCheckStatus: getHealthCheckStatus,
  GetHostedZone: getHostedZone,
  GetHostedZoneCount: getHostedZoneCount,
  ListHealthChecks: listHealthChecks,
  ListHostedZones: listHostedZones,
  ListHostedZonesByName: listHostedZonesByName,
  ListHostedZonesByVPC: listHostedZonesByVpc,
  ListResourceRecordSets: listResourceRecordSets,
  ListTagsForResource: listTagsForResource,
  ListTagsForResources: listTagsForResources,
  ListVPCAssociationAuthorizations: listVpcAssociationAuthorizations,
  TestDNSAnswer: testDnsAnswer,
  UpdateHealthCheck: updateHealthCheck,
  UpdateHostedZoneComment: updateHostedZoneComment,
} satisfies OperationsOf<typeof import("@aws-sdk/client-route-53"), Route53Dependencies>;
