import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartLiveTailCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagLogGroupCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../../testing/served-control-plane.ts";

let served: ServedControlPlane;
let client: CloudWatchLogsClient;
let groups = 0;

beforeAll(async () => {
  served = await serveControlPlane();
  client = new CloudWatchLogsClient(served.clientSettings);
});

afterAll(async () => {
  client.destroy();
  await served.close();
});

const arnOf = (name: string): string => `arn:aws:logs:us-east-1:123456789012:log-group:${name}`;

/** A new group with these streams. */
const newGroup = async (...streams: readonly string[]): Promise<string> => {
  const logGroupName = `/test/${groups++}`;
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of streams) await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  return logGroupName;
};

const put = (logGroupName: string, logStreamName: string, messages: readonly string[], from = Date.now() - 60_000) =>
  client.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: messages.map((message, index) => ({ timestamp: from + index, message })),
    }),
  );

const filtered = async (input: ConstructorParameters<typeof FilterLogEventsCommand>[0]) => {
  const messages: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new FilterLogEventsCommand({ ...input, nextToken }));
    messages.push(...(page.events ?? []).map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return messages;
};

describe("groups and streams", () => {
  it("are made once, described and deleted", async () => {
    const logGroupName = await newGroup("a");
    await expect(client.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
      message: "The specified log group already exists",
    });
    const again = client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "a" }));
    await expect(again).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
    const described = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    expect(described.logGroups).toEqual([
      expect.objectContaining({ logGroupName, arn: `${arnOf(logGroupName)}:*`, logGroupArn: arnOf(logGroupName) }),
    ]);
    await client.send(new DeleteLogGroupCommand({ logGroupName }));
    await expect(client.send(new DeleteLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "The specified log group does not exist.",
    });
  });

  it("forget their events when they are made anew", async () => {
    const logGroupName = await newGroup("a", "b");
    await put(logGroupName, "a", ["old"]);
    await client.send(new DeleteLogStreamCommand({ logGroupName, logStreamName: "a" }));
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "a" }));
    expect(await filtered({ logGroupName })).toEqual([]);
    await put(logGroupName, "b", ["older"]);
    await client.send(new DeleteLogGroupCommand({ logGroupName }));
    await client.send(new CreateLogGroupCommand({ logGroupName }));
    expect(await filtered({ logGroupName })).toEqual([]);
  });

  it("do not mix where a slash may belong to either name", async () => {
    await client.send(new CreateLogGroupCommand({ logGroupName: "/mix" }));
    await client.send(new CreateLogGroupCommand({ logGroupName: "/mix/b" }));
    await client.send(new CreateLogStreamCommand({ logGroupName: "/mix", logStreamName: "b/c" }));
    const inner = await client.send(new DescribeLogStreamsCommand({ logGroupName: "/mix/b" }));
    expect(inner.logStreams).toEqual([]);
  });

  it("come in pages, by name or by their last event", async () => {
    const logGroupName = await newGroup("a", "b", "c");
    await put(logGroupName, "b", ["x"], Date.now() - 5000);
    await put(logGroupName, "a", ["x"], Date.now() - 1000);
    const first = await client.send(new DescribeLogStreamsCommand({ logGroupName, limit: 2 }));
    const { nextToken } = first;
    const second = await client.send(new DescribeLogStreamsCommand({ logGroupName, limit: 2, nextToken }));
    const names = [...(first.logStreams ?? []), ...(second.logStreams ?? [])].map((stream) => stream.logStreamName);
    expect([names, second.nextToken]).toEqual([["a", "b", "c"], undefined]);
    const byTime = await client.send(
      new DescribeLogStreamsCommand({ logGroupName, orderBy: "LastEventTime", descending: true }),
    );
    expect(byTime.logStreams?.map((stream) => stream.logStreamName)).toEqual(["a", "b", "c"]);
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "d" }));
    await put(logGroupName, "d", ["x"], Date.now() - 3000);
    await client.send(new DeleteLogStreamCommand({ logGroupName, logStreamName: "d" }));
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "d" }));
    for (const limit of [1, 2, 3]) {
      const inPages = async (descending: boolean) => {
        const found: (string | undefined)[] = [];
        for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
          const order = { orderBy: "LastEventTime", descending, limit, nextToken: token } as const;
          const page = await client.send(new DescribeLogStreamsCommand({ logGroupName, ...order }));
          found.push(...(page.logStreams ?? []).map((stream) => stream.logStreamName));
          token = page.nextToken;
        }
        return found;
      };
      expect(await inPages(true)).toEqual(["a", "b", "d", "c"]);
      expect(await inPages(false)).toEqual(["c", "d", "b", "a"]);
    }
    const mixed = { logGroupName, orderBy: "LastEventTime", logStreamNamePrefix: "a" } as const;
    await expect(client.send(new DescribeLogStreamsCommand(mixed))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("carry tags by either way of asking, and a retention", async () => {
    const logGroupName = await newGroup();
    const resourceArn = arnOf(logGroupName);
    await client.send(new TagResourceCommand({ resourceArn: `${resourceArn}:*`, tags: { a: "1", b: "2" } }));
    await client.send(new TagLogGroupCommand({ logGroupName, tags: { c: "3" } }));
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
    await client.send(new UntagLogGroupCommand({ logGroupName, tags: ["b"] }));
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ c: "3" });
    expect((await client.send(new ListTagsLogGroupCommand({ logGroupName }))).tags).toEqual({ c: "3" });
    const retention = async () =>
      (await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }))).logGroups?.[0]
        ?.retentionInDays;
    await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
    expect(await retention()).toBe(7);
    await client.send(new DeleteRetentionPolicyCommand({ logGroupName }));
    expect(await retention()).toBeUndefined();
    await expect(
      client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 })),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
  });
});

describe("PutLogEvents", () => {
  it("leaves out what is too old, too new or expired, and says which", async () => {
    const logGroupName = await newGroup("a");
    const now = Date.now();
    const day = 86_400_000;
    const refused = await client.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName: "a",
        sequenceToken: "whatever",
        logEvents: [{ timestamp: now - 15 * day, message: "old" }],
      }),
    );
    expect(refused.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    expect(refused.nextSequenceToken).toMatch(/^\d{56}$/);
    const mixed = await client.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName: "a",
        logEvents: [
          { timestamp: now, message: "now" },
          { timestamp: now + 3 * 3_600_000, message: "later" },
        ],
      }),
    );
    expect(mixed.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect(await filtered({ logGroupName })).toEqual(["now"]);
  });

  it.each([
    [[2, 1], "chronological order"],
    [[1, 90_000_000], "cannot span more than 24 hours"],
  ])("refuses events at %j", async (offsets, message) => {
    const logGroupName = await newGroup("a");
    const start = Date.now() - 172_800_000;
    const logEvents = offsets.map((offset) => ({ timestamp: start + offset, message: "x" }));
    const call = client.send(new PutLogEventsCommand({ logGroupName, logStreamName: "a", logEvents }));
    await expect(call).rejects.toMatchObject({ name: "InvalidParameterException" });
    await expect(call).rejects.toThrow(message);
  });

  it("refuses more than a mebibyte, more than 10,000 events, and a stream that is not there", async () => {
    const logGroupName = await newGroup("a");
    await expect(put(logGroupName, "a", Array(5).fill("x".repeat(262_000)))).rejects.toThrow(
      "exceeds limit of 1048576",
    );
    await expect(put(logGroupName, "a", Array(10_001).fill("x"))).rejects.toThrow("less than or equal to 10000");
    await expect(put(logGroupName, "b", ["x"])).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "The specified log stream does not exist.",
    });
  });
});

describe("GetLogEvents", () => {
  it("walks both ways and answers the same token at either end", async () => {
    const logGroupName = await newGroup("a");
    const logStreamName = "a";
    await put(logGroupName, "a", ["1", "2", "3", "4", "5"]);
    const get = async (input: { nextToken?: string | undefined; startFromHead?: boolean }) => {
      const page = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName, limit: 2, ...input }));
      return { ...page, messages: page.events?.map(({ message }) => message).join("") };
    };
    const newest = await get({});
    expect(newest.messages).toBe("45");
    const middle = await get({ nextToken: newest.nextBackwardToken });
    expect(middle.messages).toBe("23");
    expect((await get({ nextToken: middle.nextForwardToken })).messages).toBe("45");
    const oldest = await get({ nextToken: middle.nextBackwardToken });
    const beyond = await get({ nextToken: oldest.nextBackwardToken });
    expect([oldest.messages, beyond.messages]).toEqual(["1", ""]);
    expect(beyond.nextBackwardToken).toBe(oldest.nextBackwardToken);
    expect((await get({ nextToken: beyond.nextForwardToken })).messages).toBe("12");
    const end = await get({ nextToken: newest.nextForwardToken });
    expect([end.messages, end.nextForwardToken]).toEqual(["", newest.nextForwardToken]);
    expect((await get({ nextToken: end.nextBackwardToken })).messages).toBe("45");
    await put(logGroupName, "a", ["6"], Date.now());
    expect((await get({ nextToken: end.nextForwardToken })).messages).toBe("6");
    expect((await get({ startFromHead: true })).messages).toBe("12");
    await expect(get({ nextToken: "f/1/s" })).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("follows a stream that was empty", async () => {
    const logGroupIdentifier = arnOf(await newGroup("a"));
    const input = { logGroupIdentifier, logStreamName: "a" };
    const { nextForwardToken: nextToken } = await client.send(new GetLogEventsCommand(input));
    await put(logGroupIdentifier.split(":")[6] ?? "", "a", ["first"]);
    const page = await client.send(new GetLogEventsCommand({ ...input, nextToken }));
    expect(page.events?.map(({ message }) => message)).toEqual(["first"]);
  });
});

describe("FilterLogEvents", () => {
  it("interleaves streams, filters and pages", async () => {
    const logGroupName = await newGroup("web/1", "web/2", "db/1");
    const start = Date.now() - 60_000;
    await put(logGroupName, "web/1", ["ERROR one", '{"level":"warn","n":3}'], start);
    await put(logGroupName, "web/2", ["INFO two", "ERROR three"], start + 10);
    await put(logGroupName, "db/1", ["ERROR four"], start + 20);
    expect(await filtered({ logGroupName, limit: 1 })).toHaveLength(5);
    expect(await filtered({ logGroupName, filterPattern: "ERROR", limit: 2 })).toEqual([
      "ERROR one",
      "ERROR three",
      "ERROR four",
    ]);
    expect(await filtered({ logGroupName, logStreamNamePrefix: "web/", filterPattern: "ERROR -one" })).toEqual([
      "ERROR three",
    ]);
    expect(await filtered({ logGroupName, logStreamNames: ["web/1"], filterPattern: "{ $.n >= 3 }" })).toEqual([
      '{"level":"warn","n":3}',
    ]);
    expect(await filtered({ logGroupName, startTime: start + 11, endTime: start + 20 })).toEqual([
      "ERROR three",
      "ERROR four",
    ]);
    const page = await client.send(new FilterLogEventsCommand({ logGroupName }));
    expect(new Set(page.events?.map(({ eventId }) => eventId)).size).toBe(5);
    await expect(filtered({ logGroupName, filterPattern: "{ $.n" })).rejects.toThrow("Invalid filter pattern");
    await expect(filtered({ logGroupName, logStreamNames: ["none"] })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

it("answers that a live tail is not supported", async () => {
  const direct = new CloudWatchLogsClient({ ...served.clientSettings, disableHostPrefix: true });
  const call = direct.send(new StartLiveTailCommand({ logGroupIdentifiers: [arnOf("/x")] }));
  await expect(call).rejects.toThrow("Fleetless does not support logs:StartLiveTail yet.");
  direct.destroy();
});
