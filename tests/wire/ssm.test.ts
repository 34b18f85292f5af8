import { CreateKeyCommand, KMSClient, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  type ParameterStringFilter,
  PutParameterCommand,
  type PutParameterCommandInput,
  RemoveTagsFromResourceCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
} from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";
import { makeUser } from "./support/users.ts";

const arn = (path: string): string => `arn:aws:ssm:us-east-1:123456789012:parameter/${path}`;
let plane: ServedControlPlane;
let ssm: SSMClient;
let alice: SSMClient;

beforeAll(async () => {
  plane = await serveControlPlane();
  ssm = new SSMClient(plane.clientSettings);
  alice = new SSMClient(
    await makeUser(plane, "alice", {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "ssm:*", Resource: "arn:aws:ssm:*:*:parameter/alice/*" },
        { Effect: "Allow", Action: "ssm:GetParametersByPath", Resource: "arn:aws:ssm:*:*:parameter/alice" },
      ],
    }),
  );
});

afterAll(() => plane.close());

const put = (input: Partial<PutParameterCommandInput> & { Name: string }) =>
  ssm.send(new PutParameterCommand({ Value: "v", Type: "String", ...input }));
const get = async (Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;

describe("versions", () => {
  test("are written, selected by number and label, and told of", async () => {
    const Name = "/app/url";
    await expect(put({ Name, Value: "one" })).resolves.toMatchObject({ Version: 1, Tier: "Standard" });
    await expect(put({ Name, Value: "two" })).rejects.toMatchObject({
      name: "ParameterAlreadyExists",
      message:
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    });
    await expect(ssm.send(new PutParameterCommand({ Name, Value: "two", Overwrite: true }))).resolves.toMatchObject({
      Version: 2,
    });
    await put({ Name, Value: "three", Overwrite: true, Description: "third" });
    await expect(get(Name)).resolves.toMatchObject({ Value: "three", Version: 3, ARN: arn("app/url"), Type: "String" });
    await expect(get(`${Name}:1`)).resolves.toMatchObject({ Value: "one", Selector: ":1" });
    await expect(get(`${arn("app/url")}:2`)).resolves.toMatchObject({ Value: "two" });
    await expect(get(`${Name}:9`)).rejects.toMatchObject({
      name: "ParameterVersionNotFound",
      message: "Systems Manager could not find version 9 of /app/url. Verify the version and try again.",
    });
    const labelled = await ssm.send(
      new LabelParameterVersionCommand({ Name, ParameterVersion: 1, Labels: ["live", "1bad", "aws-x"] }),
    );
    expect(labelled).toMatchObject({ InvalidLabels: ["1bad", "aws-x"], ParameterVersion: 1 });
    await expect(get(`${Name}:live`)).resolves.toMatchObject({ Value: "one", Selector: ":live" });
    await ssm.send(new LabelParameterVersionCommand({ Name, Labels: ["live"] }));
    await expect(get(`${Name}:live`)).resolves.toMatchObject({ Value: "three" });
    const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name }));
    expect(Parameters).toMatchObject([
      { Version: 1, Value: "one", Labels: [] },
      { Version: 2, Value: "two" },
      {
        Version: 3,
        Value: "three",
        Labels: ["live"],
        Description: "third",
        LastModifiedUser: expect.stringContaining("root"),
      },
    ]);
    await ssm.send(new UnlabelParameterVersionCommand({ Name, ParameterVersion: 3, Labels: ["live"] }));
    await expect(get(`${Name}:live`)).rejects.toMatchObject({ name: "ParameterVersionNotFound" });
  });

  test("a hundred are kept, unless the oldest has a label", async () => {
    const Name = "/app/many";
    await put({ Name });
    for (let version = 2; version <= 100; version += 1) await put({ Name, Overwrite: true });
    await ssm.send(new LabelParameterVersionCommand({ Name, ParameterVersion: 1, Labels: ["keep"] }));
    await expect(put({ Name, Overwrite: true })).rejects.toMatchObject({ name: "ParameterMaxVersionLimitExceeded" });
    await ssm.send(new UnlabelParameterVersionCommand({ Name, ParameterVersion: 1, Labels: ["keep"] }));
    await put({ Name, Overwrite: true });
    await expect(get(`${Name}:1`)).rejects.toMatchObject({ name: "ParameterVersionNotFound" });
    await expect(get(`${Name}:2`)).resolves.toMatchObject({ Version: 2 });
  });
});

test("SecureString is shown in plain only to who asks and whom the key lets", async () => {
  const Name = "/alice/secret";
  await put({ Name, Value: "hunter2", Type: "SecureString" });
  const hidden = await get(Name);
  expect(Buffer.from(hidden?.Value ?? "", "base64").toString("latin1")).not.toContain("hunter2");
  await expect(get(Name, true)).resolves.toMatchObject({ Value: "hunter2", Type: "SecureString" });
  // Through the service's own key, the permission on the parameter is enough.
  const read = (client: SSMClient, name: string) =>
    client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  await expect(read(alice, Name)).resolves.toMatchObject({ Parameter: { Value: "hunter2" } });
  const kms = new KMSClient(plane.clientSettings);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.Arn ?? "";
  await put({ Name: "/alice/keyed", Value: "j", Type: "SecureString", KeyId });
  // A new value stays under the key that the parameter has.
  await put({ Name: "/alice/keyed", Value: "k", Type: "SecureString", Overwrite: true });
  await expect(read(alice, "/alice/keyed")).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `User: arn:aws:iam::123456789012:user/alice is not authorized to perform: kms:Decrypt on resource: ${KeyId} because no identity-based policy allows the kms:Decrypt action`,
  });
  await expect(alice.send(new GetParameterCommand({ Name: "/alice/keyed" }))).resolves.toBeTruthy();
  const root = { AWS: "arn:aws:iam::123456789012:root" };
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" },
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:user/alice" },
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": arn("alice/keyed") } },
      },
    ],
  });
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
  await expect(read(alice, "/alice/keyed")).resolves.toMatchObject({ Parameter: { Value: "k" } });
  await expect(put({ Name: "/alice/no-key", Type: "SecureString", KeyId: "alias/none" })).rejects.toMatchObject({
    name: "InvalidKeyId",
  });
});

test("paths, filters and pages", async () => {
  for (const name of ["/shop/a", "/shop/b", "/shop/db/host", "/shop/db/port", "/shopping/x"]) {
    await put({ Name: name, Value: name, ...(name.endsWith("port") ? { Type: "SecureString" } : {}) });
  }
  const byPath = async (Path: string, rest: object = {}) =>
    (await ssm.send(new GetParametersByPathCommand({ Path, ...rest }))).Parameters?.map(({ Name }) => Name);
  await expect(byPath("/shop")).resolves.toEqual(["/shop/a", "/shop/b"]);
  await expect(byPath("/shop/", { Recursive: true })).resolves.toEqual([
    "/shop/a",
    "/shop/b",
    "/shop/db/host",
    "/shop/db/port",
  ]);
  const secure = [{ Key: "Type", Option: "Equals", Values: ["SecureString"] }];
  await expect(byPath("/shop", { Recursive: true, ParameterFilters: secure })).resolves.toEqual(["/shop/db/port"]);
  await expect(byPath("shop")).rejects.toMatchObject({ name: "ValidationException" });
  const first = await ssm.send(new GetParametersByPathCommand({ Path: "/shop", Recursive: true, MaxResults: 3 }));
  const rest = await ssm.send(
    new GetParametersByPathCommand({ Path: "/shop", Recursive: true, NextToken: first.NextToken }),
  );
  expect(first.Parameters).toHaveLength(3);
  expect(rest.Parameters).toMatchObject([{ Name: "/shop/db/port" }]);

  const describeBy = async (...ParameterFilters: ParameterStringFilter[]) =>
    (await ssm.send(new DescribeParametersCommand({ ParameterFilters }))).Parameters?.map(({ Name }) => Name);
  await expect(describeBy({ Key: "Path", Values: ["/shop"] })).resolves.toEqual(["/shop/a", "/shop/b"]);
  await expect(describeBy({ Key: "Path", Option: "Recursive", Values: ["/shop/db"] })).resolves.toHaveLength(2);
  await expect(describeBy({ Key: "Name", Option: "Contains", Values: ["hopp"] })).resolves.toEqual(["/shopping/x"]);
  await expect(describeBy({ Key: "Name", Option: "BeginsWith", Values: ["/shop/d"] })).resolves.toHaveLength(2);
  await ssm.send(
    new AddTagsToResourceCommand({
      ResourceType: "Parameter",
      ResourceId: "/shop/a",
      Tags: [
        { Key: "team", Value: "blue" },
        { Key: "x", Value: "y" },
      ],
    }),
  );
  await expect(describeBy({ Key: "tag:team", Values: ["blue"] })).resolves.toEqual(["/shop/a"]);
  await expect(describeBy({ Key: "Colour", Values: ["blue"] })).rejects.toMatchObject({ name: "InvalidFilterKey" });
  await ssm.send(
    new RemoveTagsFromResourceCommand({ ResourceType: "Parameter", ResourceId: "/shop/a", TagKeys: ["x"] }),
  );
  await expect(
    ssm.send(new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: "/shop/a" })),
  ).resolves.toMatchObject({ TagList: [{ Key: "team", Value: "blue" }] });

  const several = await ssm.send(
    new GetParametersCommand({ Names: ["/shop/a", "/none", "/shop/b:7", arn("shop/b")], WithDecryption: true }),
  );
  expect(several.Parameters?.map(({ Name }) => Name)).toEqual(["/shop/a", "/shop/b"]);
  expect(several.InvalidParameters).toEqual(["/none", "/shop/b:7"]);
  await expect(ssm.send(new DeleteParametersCommand({ Names: ["/shop/a", "/none"] }))).resolves.toMatchObject({
    DeletedParameters: ["/shop/a"],
    InvalidParameters: ["/none"],
  });
  await ssm.send(new DeleteParameterCommand({ Name: "/shop/b" }));
  await expect(get("/shop/b")).rejects.toMatchObject({ name: "ParameterNotFound" });
  await expect(ssm.send(new DeleteParameterCommand({ Name: "/shop/b" }))).rejects.toMatchObject({
    name: "ParameterNotFound",
  });
});

test("IAM decides by path", async () => {
  await alice.send(new PutParameterCommand({ Name: "/alice/own", Value: "1", Type: "String" }));
  await expect(alice.send(new PutParameterCommand({ Name: "/bob/own", Value: "1", Type: "String" }))).rejects.toThrow(
    `is not authorized to perform: ssm:PutParameter on resource: ${arn("bob/own")}`,
  );
  await expect(alice.send(new GetParametersByPathCommand({ Path: "/alice/" }))).resolves.toBeTruthy();
  await expect(alice.send(new GetParametersByPathCommand({ Path: "/" }))).rejects.toThrow("not authorized");
  await expect(alice.send(new GetParametersCommand({ Names: ["/alice/own", "/bob/own"] }))).rejects.toThrow(
    "not authorized",
  );
});

test("an Expiration policy ends a parameter", async () => {
  const at = (milliseconds: number): string =>
    JSON.stringify([
      {
        Type: "Expiration",
        Version: "1.0",
        Attributes: { Timestamp: new Date(Date.now() + milliseconds).toISOString() },
      },
    ]);
  await put({ Name: "/short", Tier: "Advanced", Policies: at(1_200) });
  await put({ Name: "/long", Tier: "Advanced", Policies: at(3_600_000) });
  await expect(get("/short")).resolves.toMatchObject({ Value: "v" });
  await expect
    .poll(
      () =>
        get("/short").then(
          () => "there",
          (thrown: Error) => thrown.name,
        ),
      { timeout: 10_000 },
    )
    .toBe("ParameterNotFound");
  await expect(get("/long")).resolves.toMatchObject({ Value: "v" });
  const { Parameters } = await ssm.send(
    new DescribeParametersCommand({ ParameterFilters: [{ Key: "Tier", Values: ["Advanced"] }] }),
  );
  expect(Parameters).toMatchObject([
    { Name: "/long", Policies: [{ PolicyType: "Expiration", PolicyStatus: "Pending" }] },
  ]);
  await expect(put({ Name: "/p", Policies: at(10_000) })).rejects.toThrow("advanced parameters only");
  await expect(put({ Name: "/p", Tier: "Advanced", Policies: at(-1_000) })).rejects.toMatchObject({
    name: "InvalidPolicyAttributeException",
  });
});

test.each<[Partial<PutParameterCommandInput> & { Name: string }, string, string]>([
  [{ Name: "aws-x" }, "ValidationException", 'can\'t be prefixed with "aws" or "ssm"'],
  [{ Name: "/aws/x" }, "AccessDeniedException", "No access to reserved parameter name: /aws/x."],
  [{ Name: "a/b" }, "ValidationException", "Parameter name must be a fully qualified name."],
  [{ Name: "/a b" }, "ValidationException", "a mix of letters, numbers and the following 3 symbols .-_"],
  [
    { Name: `/${"a/".repeat(16)}b` },
    "HierarchyLevelLimitExceededException",
    "A hierarchy can have a maximum of 15 levels.",
  ],
  [{ Name: "/too-long", Value: "x".repeat(4097) }, "ValidationException", "maximum parameter value of 4096 characters"],
  [{ Name: "/too-long", Value: "x".repeat(8193), Tier: "Advanced" }, "ValidationException", "of 8192 characters"],
  [
    { Name: "/n", Value: "abc", AllowedPattern: "^\\d+$" },
    "ParameterPatternMismatchException",
    "allowedPattern: ^\\d+$",
  ],
  [{ Name: "/n", AllowedPattern: "(" }, "InvalidAllowedPatternException", "not valid"],
  [
    { Name: "/n", Overwrite: true, Tags: [{ Key: "a", Value: "b" }] },
    "ValidationException",
    "tags and overwrite can't be used together",
  ],
  [{ Name: "/n", DataType: "aws:ec2:image" }, "ValidationException", "not supported by Fleetless yet"],
])("PutParameter refuses $0.Name: $2", async (input, name, message) => {
  await expect(put(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});

test("tiers", async () => {
  const Value = "x".repeat(5_000);
  await expect(put({ Name: "/tier", Value, Tier: "Intelligent-Tiering" })).resolves.toMatchObject({ Tier: "Advanced" });
  await expect(put({ Name: "/tier", Tier: "Standard", Overwrite: true })).rejects.toThrow("You can't downgrade");
  await expect(put({ Name: "/number", Value: "42", AllowedPattern: "\\d+" })).resolves.toMatchObject({ Version: 1 });
  await expect(ssm.send(new PutParameterCommand({ Name: "/untyped", Value: "x" }))).rejects.toThrow(
    "A parameter type is required when you create a parameter.",
  );
});
