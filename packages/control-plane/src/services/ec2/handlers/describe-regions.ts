import type { DescribeRegionsRequest, DescribeRegionsResult, Region } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { Ec2Dependencies } from "../dependencies.ts";
import { type Describable, describe } from "../describe.ts";
import { invalidParameterValue } from "../errors.ts";
import { knownRegions } from "../zones.ts";

const describableRegion: Describable<Region> = {
  idOf: (region) => region.RegionName ?? "",
  tagsOf: () => ({}),
  notFound: (id) => invalidParameterValue(`Invalid region name: [${id}]`),
  filters: {
    "region-name": (region) => region.RegionName,
    endpoint: (region) => region.Endpoint,
    "opt-in-status": (region) => region.OptInStatus,
  },
};

export const describeRegions = defineOperation<Ec2Dependencies, DescribeRegionsRequest, DescribeRegionsResult>({
  authorise: permission("ec2:DescribeRegions", () => ["*"]),
  handle: async (input, call) => {
    const regions = [...new Set([...knownRegions, call.region])].map(
      (name): Region => ({
        RegionName: name,
        Endpoint: `ec2.${name}.amazonaws.com`,
        OptInStatus: "opt-in-not-required",
      }),
    );
    const page = describe(regions, describableRegion, { ids: input.RegionNames, filters: input.Filters });
    return { Regions: [...page.items] };
  },
});
