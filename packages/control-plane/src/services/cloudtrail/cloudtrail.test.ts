import {
  AddTagsCommand,
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  ListTrailsCommand,
  LookupEventsCommand,
  type LookupEventsCommandInput,
  PutEventSelectorsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand, IAMClient, ListUsersCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../../testing/served-control-plane.ts";

const account = "123456789012";
const logGroupArn = `arn:aws:logs:us-east-1:${account}:log-group:trail:*`;
const roleArn = `arn:aws:iam::${account}:role/trail`;
let served: ServedControlPlane;
let cloudTrail: CloudTrailClient;
let logs: CloudWatchLogsClient;
let iam: IAMClient;
let trails = 0;

beforeAll(async () => {
  served = await serveControlPlane();
  cloudTrail = new CloudTrailClient(served.clientSettings);
  logs = new CloudWatchLogsClient(served.clientSettings);
  iam = new IAMClient(served.clientSettings);
  await logs.send(new CreateLogGroupCommand({ logGroupName: "trail" }));
  await makeRole("trail", "cloudtrail.amazonaws.com", ["logs:CreateLogStream", "logs:PutLogEvents"]);
  await makeRole("powerless", "cloudtrail.amazonaws.com", ["logs:CreateLogStream"]);
  await makeRole("for-tasks", "ecs-tasks.amazonaws.com", ["logs:*"]);
});

afterAll(async () => {
  cloudTrail.destroy();
  logs.destroy();
  iam.destroy();
  await served.close();
});

const makeRole = async (RoleName: string, service: string, actions: readonly string[]): Promise<void> => {
  const trust = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  const policy = { Effect: "Allow", Action: actions, Resource: "*" };
  const document = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument: document(policy) }));
};

const withTrail = async (more: object, work: (Name: string) => Promise<void>): Promise<void> => {
  const Name = `trail-${trails++}`;
  await cloudTrail.send(new CreateTrailCommand({ Name, S3BucketName: "a-bucket", ...more }));
  try {
    await work(Name);
  } finally {
    await cloudTrail.send(new DeleteTrailCommand({ Name }));
  }
};

const deliveredNames = async (): Promise<readonly string[]> => {
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: "trail" }));
  return (events ?? []).map(({ message }) => JSON.parse(message ?? "{}").eventName);
};

describe("trails", () => {
  it("are made, shown, changed and deleted", () =>
    withTrail({ TagsList: [{ Key: "team", Value: "a" }], S3KeyPrefix: "p" }, async (Name) => {
      const { Trail } = await cloudTrail.send(new GetTrailCommand({ Name }));
      expect(Trail).toEqual({
        Name,
        S3BucketName: "a-bucket",
        S3KeyPrefix: "p",
        IncludeGlobalServiceEvents: true,
        IsMultiRegionTrail: false,
        HomeRegion: "us-east-1",
        TrailARN: `arn:aws:cloudtrail:us-east-1:${account}:trail/${Name}`,
        LogFileValidationEnabled: false,
        HasCustomEventSelectors: false,
        HasInsightSelectors: false,
        IsOrganizationTrail: false,
      });
      const again = cloudTrail.send(new CreateTrailCommand({ Name, S3BucketName: "a-bucket" }));
      await expect(again).rejects.toMatchObject({
        name: "TrailAlreadyExistsException",
        message: `Trail ${Name} already exists for customer: ${account}`,
      });
      await cloudTrail.send(new UpdateTrailCommand({ Name, IsMultiRegionTrail: true, S3BucketName: "other-bucket" }));
      const { trailList } = await cloudTrail.send(new DescribeTrailsCommand({ trailNameList: [Name] }));
      expect(trailList).toMatchObject([{ IsMultiRegionTrail: true, S3BucketName: "other-bucket", S3KeyPrefix: "p" }]);
      const { Trails } = await cloudTrail.send(new ListTrailsCommand({}));
      expect(Trails).toContainEqual({ Name, TrailARN: Trail?.TrailARN, HomeRegion: "us-east-1" });
      const ResourceId = Trail?.TrailARN ?? "";
      await cloudTrail.send(new AddTagsCommand({ ResourceId, TagsList: [{ Key: "more", Value: "b" }] }));
      await cloudTrail.send(new RemoveTagsCommand({ ResourceId, TagsList: [{ Key: "team" }] }));
      const { ResourceTagList } = await cloudTrail.send(new ListTagsCommand({ ResourceIdList: [ResourceId] }));
      expect(ResourceTagList).toEqual([{ ResourceId, TagsList: [{ Key: "more", Value: "b" }] }]);
    }));

  it.each([
    [{ Name: "ab" }, "InvalidTrailNameException"],
    [{ Name: "a b c" }, "InvalidTrailNameException"],
    [{ S3BucketName: "Not_A_Bucket" }, "InvalidS3BucketNameException"],
    [{ CloudWatchLogsRoleArn: roleArn }, "InvalidCloudWatchLogsRoleArnException"],
    [{ CloudWatchLogsLogGroupArn: logGroupArn }, "InvalidCloudWatchLogsLogGroupArnException"],
    [
      { CloudWatchLogsLogGroupArn: logGroupArn.replace("trail", "none"), CloudWatchLogsRoleArn: roleArn },
      "InvalidCloudWatchLogsLogGroupArnException",
    ],
    [
      { CloudWatchLogsLogGroupArn: logGroupArn, CloudWatchLogsRoleArn: roleArn.replace("trail", "powerless") },
      "InvalidCloudWatchLogsRoleArnException",
    ],
    [
      { CloudWatchLogsLogGroupArn: logGroupArn, CloudWatchLogsRoleArn: roleArn.replace("trail", "for-tasks") },
      "InvalidCloudWatchLogsRoleArnException",
    ],
    [{ IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false }, "InvalidParameterCombinationException"],
    [{ IsOrganizationTrail: true }, "UnsupportedOperationException"],
  ])("are refused: %j", async (wrong, name) => {
    const create = new CreateTrailCommand({ Name: "wrong", S3BucketName: "a-bucket", ...wrong });
    await expect(cloudTrail.send(create)).rejects.toMatchObject({ name });
  });

  it("are unknown where there is none, and changed in their own region only", () =>
    withTrail({ IsMultiRegionTrail: true }, async (Name) => {
      await expect(cloudTrail.send(new GetTrailCommand({ Name: "none" }))).rejects.toMatchObject({
        name: "TrailNotFoundException",
        message: `Unknown trail: none for the user: ${account}`,
      });
      const elsewhere = new CloudTrailClient({ ...served.clientSettings, region: "eu-west-1" });
      const { trailList } = await elsewhere.send(new DescribeTrailsCommand({}));
      expect(trailList?.map((trail) => trail.Name)).toEqual([Name]);
      const stop = new StopLoggingCommand({ Name: trailList?.[0]?.TrailARN });
      await expect(elsewhere.send(stop)).rejects.toMatchObject({ name: "InvalidHomeRegionException" });
      elsewhere.destroy();
    }));

  it("deliver what their selectors take to their log group, from the start of logging on", () =>
    withTrail({ CloudWatchLogsLogGroupArn: logGroupArn, CloudWatchLogsRoleArn: roleArn }, async (TrailName) => {
      const advanced = [
        {
          FieldSelectors: [
            { Field: "eventCategory", Equals: ["Management"] },
            { Field: "eventSource", Equals: ["iam.amazonaws.com", "sts.amazonaws.com"] },
          ],
        },
      ];
      await cloudTrail.send(new PutEventSelectorsCommand({ TrailName, AdvancedEventSelectors: advanced }));
      const shown = await cloudTrail.send(new GetEventSelectorsCommand({ TrailName }));
      expect(shown.AdvancedEventSelectors).toEqual(advanced);
      await iam.send(new ListUsersCommand({}));
      await cloudTrail.send(new LookupEventsCommand({ MaxResults: 1 }));
      await expect.poll(async () => lookedUp("ListUsers"), { timeout: 10_000 }).toBe(1);
      await cloudTrail.send(new StartLoggingCommand({ Name: TrailName }));
      const sts = new STSClient(served.clientSettings);
      await sts.send(new GetCallerIdentityCommand({}));
      sts.destroy();
      await expect.poll(deliveredNames, { timeout: 15_000 }).toEqual(["GetCallerIdentity"]);
      await cloudTrail.send(new StopLoggingCommand({ Name: TrailName }));
      const status = await cloudTrail.send(new GetTrailStatusCommand({ Name: TrailName }));
      expect(status).toMatchObject({ IsLogging: false, LatestDeliveryError: "NoSuchBucket" });
      expect(status.LatestCloudWatchLogsDeliveryTime).toBeInstanceOf(Date);
    }));

  it("take only selectors that can be kept", () =>
    withTrail({}, async (TrailName) => {
      const put = (input: object) => cloudTrail.send(new PutEventSelectorsCommand({ TrailName, ...input }));
      const name = "InvalidEventSelectorsException";
      const data = [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3:::b/"] }];
      await expect(put({ EventSelectors: [{ DataResources: data }] })).rejects.toMatchObject({ name });
      await expect(put({ EventSelectors: [] })).rejects.toMatchObject({ name });
      await expect(put({})).rejects.toMatchObject({ name: "InvalidParameterCombinationException" });
      const field = (Field: string, value: string) => ({ FieldSelectors: [{ Field, Equals: [value] }] });
      await expect(put({ AdvancedEventSelectors: [field("eventName", "x")] })).rejects.toMatchObject({ name });
      await expect(put({ AdvancedEventSelectors: [field("eventCategory", "Data")] })).rejects.toMatchObject({ name });
    }));
});

const lookedUp = async (AttributeValue: string): Promise<number> => {
  const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue }];
  const { Events } = await cloudTrail.send(new LookupEventsCommand({ LookupAttributes }));
  return Events?.length ?? 0;
};

describe("the event history", () => {
  it("is looked up by an attribute, in pages, newest first", async () => {
    const sts = new STSClient(served.clientSettings);
    for (let time = 0; time < 3; time += 1) await sts.send(new GetCallerIdentityCommand({}));
    sts.destroy();
    await expect.poll(() => lookedUp("GetCallerIdentity"), { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue: "GetCallerIdentity" }];
    const first = await cloudTrail.send(new LookupEventsCommand({ LookupAttributes, MaxResults: 2 }));
    expect(first.Events).toHaveLength(2);
    const input = { LookupAttributes, MaxResults: 2, NextToken: first.NextToken };
    const second = await cloudTrail.send(new LookupEventsCommand(input));
    const ids = [...(first.Events ?? []), ...(second.Events ?? [])].map(({ EventId }) => EventId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(first.Events?.[0]).toMatchObject({ EventSource: "sts.amazonaws.com", ReadOnly: "true", Username: "root" });
    const event = JSON.parse(first.Events?.[0]?.CloudTrailEvent ?? "{}");
    expect(event).toMatchObject({ eventVersion: "1.11", eventName: "GetCallerIdentity" });
    expect(event).not.toHaveProperty("digest");
  });

  it("refuses what it cannot look up", async () => {
    const lookup = (input: LookupEventsCommandInput) => cloudTrail.send(new LookupEventsCommand(input));
    await expect(lookup({ MaxResults: 51 })).rejects.toMatchObject({ name: "InvalidMaxResultsException" });
    await expect(lookup({ NextToken: "x" })).rejects.toMatchObject({ name: "InvalidNextTokenException" });
    const byResource = [{ AttributeKey: "ResourceName" as const, AttributeValue: "x" }];
    await expect(lookup({ LookupAttributes: byResource })).rejects.toMatchObject({
      name: "InvalidLookupAttributesException",
    });
    const StartTime = new Date(2_000);
    await expect(lookup({ StartTime, EndTime: new Date(1_000) })).rejects.toMatchObject({
      name: "InvalidTimeRangeException",
    });
  });
});
