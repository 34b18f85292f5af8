/** The zones that every region has here. */
const zoneLetters = ["a", "b", "c"] as const;

export const availabilityZonesOf = (region: string): readonly string[] =>
  zoneLetters.map((letter) => `${region}${letter}`);

/** `use1-az1` for `us-east-1a`. https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html */
export const availabilityZoneId = (zone: string): string => {
  const parts = zone.slice(0, -1).split("-");
  const number = parts.at(-1) ?? "";
  const [area = "", ...directions] = parts.slice(0, -1);
  const short = directions.map((direction) => {
    const compound = /^(north|south)(east|west)$/.exec(direction);
    return compound === null ? direction.slice(0, 1) : `${compound[1]?.slice(0, 1)}${compound[2]?.slice(0, 1)}`;
  });
  return `${area}${short.join("")}${number}-az${zone.charCodeAt(zone.length - 1) - 96}`;
};

/** `ec2.internal` in us-east-1, `<region>.compute.internal` elsewhere. */
export const privateDnsDomain = (region: string): string =>
  region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;

export const privateDnsNameOf = (privateAddress: string, region: string): string =>
  `ip-${privateAddress.replaceAll(".", "-")}.${privateDnsDomain(region)}`;

/** The regions that an AWS account has without opting in. */
export const knownRegions: readonly string[] = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
];
