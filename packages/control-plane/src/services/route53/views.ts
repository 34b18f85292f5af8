import type { HealthCheck, HostedZone, Tag, VPC } from "@aws-sdk/client-route-53";
import type { HealthCheckRecord, HostedZoneRecord, VpcReference } from "./collections.ts";

export const zoneView = (zone: HostedZoneRecord): HostedZone => ({
  Id: `/hostedzone/${zone.id}`,
  Name: zone.name,
  CallerReference: zone.callerReference,
  Config: { PrivateZone: zone.isPrivate, ...(zone.comment === undefined ? {} : { Comment: zone.comment }) },
  ResourceRecordSetCount: zone.recordSetCount,
  ...(zone.linkedService === undefined
    ? {}
    : {
        LinkedService: {
          ServicePrincipal: zone.linkedService.principal,
          Description: zone.linkedService.description,
        },
      }),
});

export const vpcView = ({ vpcId, region }: VpcReference): VPC => ({ VPCId: vpcId, VPCRegion: region });

export const healthCheckView = (check: HealthCheckRecord): HealthCheck => ({
  Id: check.id,
  CallerReference: check.callerReference,
  HealthCheckConfig: check.config,
  HealthCheckVersion: check.version,
});

export const tagViews = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
