import type {
  AvailabilityZone,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
} from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { Ec2Dependencies } from "../dependencies.ts";
import { type Describable, describe } from "../describe.ts";
import { invalidParameterValue } from "../errors.ts";
import { availabilityZoneId, availabilityZonesOf } from "../zones.ts";

const describableZone = (idOf: (zone: AvailabilityZone) => string): Describable<AvailabilityZone> => ({
  idOf,
  tagsOf: () => ({}),
  notFound: (id) => invalidParameterValue(`Invalid availability zone: [${id}]`),
  filters: {
    "zone-name": (zone) => zone.ZoneName,
    "zone-id": (zone) => zone.ZoneId,
    "zone-type": (zone) => zone.ZoneType,
    "region-name": (zone) => zone.RegionName,
    "group-name": (zone) => zone.GroupName,
    "opt-in-status": (zone) => zone.OptInStatus,
    state: (zone) => zone.State,
    message: () => undefined,
    "group-long-name": () => undefined,
    "parent-zone-id": () => undefined,
    "parent-zone-name": () => undefined,
  },
});

export const describeAvailabilityZones = defineOperation<
  Ec2Dependencies,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult
>({
  authorise: permission("ec2:DescribeAvailabilityZones", () => ["*"]),
  handle: async (input, call) => {
    const zones = availabilityZonesOf(call.region).map(
      (name): AvailabilityZone => ({
        ZoneName: name,
        ZoneId: availabilityZoneId(name),
        ZoneType: "availability-zone",
        RegionName: call.region,
        GroupName: `${call.region}-zg-1`,
        NetworkBorderGroup: call.region,
        OptInStatus: "opt-in-not-required",
        State: "available",
        Messages: [],
      }),
    );
    const named = describe(
      zones,
      describableZone((zone) => zone.ZoneName ?? ""),
      {
        ids: input.ZoneNames,
        filters: input.Filters,
      },
    );
    return {
      AvailabilityZones: [
        ...describe(
          named.items,
          describableZone((zone) => zone.ZoneId ?? ""),
          { ids: input.ZoneIds },
        ).items,
      ],
    };
  },
});
