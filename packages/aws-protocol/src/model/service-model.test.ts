import * as ecs from "@aws-sdk/client-ecs";
import * as iam from "@aws-sdk/client-iam";
import * as s3 from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { matchRoute, routesOf } from "../codecs/http-bindings/match-route.ts";
import { checkInput, describeViolations } from "./check-input.ts";
import { checkOutput } from "./check-output.ts";
import { redactSensitive } from "./redact-sensitive.ts";
import { isTargetOf, loadServiceModel } from "./service-model.ts";

const shapesOf = async (sdk: object, name: string) => {
  const operation = (await loadServiceModel(sdk)).operations.get(name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  return operation;
};

describe("the index of a service", () => {
  test("ecs", async () => {
    const model = await loadServiceModel(ecs);
    expect(model).toMatchObject({
      serviceId: "ECS",
      protocol: "json",
      jsonVersion: "1.1",
      targetPrefix: "AmazonEC2ContainerServiceV20141113",
      apiVersion: "2014-11-13",
    });
    expect(model.operations.size).toBeGreaterThan(60);
    expect(model.errors.get("ClusterNotFoundException")?.queryCode).toBe("ClusterNotFoundException");
  });

  test("iam's errors are found by the code on the wire and by the shape's name", async () => {
    const { errors } = await loadServiceModel(iam);
    expect(errors.get("NoSuchEntity")).toBe(errors.get("NoSuchEntityException"));
    expect(errors.get("NoSuchEntity")?.queryCode).toBe("NoSuchEntity");
  });

  test("what is no SDK package is refused", async () => {
    await expect(loadServiceModel({})).rejects.toThrow("not an @aws-sdk/client-* package");
  });
});

describe("an input", () => {
  test("is checked to the bottom, enumerations in lists included", async () => {
    const { input } = await shapesOf(ecs, "RegisterTaskDefinition");
    const violations = checkInput(input, {
      family: "f",
      containerDefinitions: [
        { name: "a", dependsOn: [{ containerName: "b", condition: "SOON" }] },
        { secrets: [{ name: "x" }] },
      ],
      requiresCompatibilities: ["FARGATE", "MOON"],
      networkMode: "awsvpc",
    });
    expect(violations.map(({ path }) => path).sort()).toEqual([
      "containerDefinitions.1.member.dependsOn.1.member.condition",
      "containerDefinitions.2.member.secrets.1.member.valueFrom",
      "requiresCompatibilities.2.member",
    ]);
    expect(describeViolations(violations)).toMatch(/^3 validation errors detected: Value /);
  });

  test("may leave out a token that the SDKs make", async () => {
    const { input } = await shapesOf(ecs, "RunTask");
    expect(checkInput(input, { taskDefinition: "x" })).toEqual([]);
  });
});

test("an output is checked to the bottom", async () => {
  const { output } = await shapesOf(ecs, "DescribeTasks");
  checkOutput(output, { tasks: [{ createdAt: new Date(0), containers: [{ exitCode: 1 }] }], failures: undefined });
  expect(() => checkOutput(output, { tasks: [{ containers: [{ exit: 1 }] }] })).toThrow("tasks[0].containers[0].exit");
  expect(() => checkOutput(output, { tasks: [{ createdAt: 5 }] })).toThrow("no timestamp");
  expect(() => checkOutput(output, { tasks: {} })).toThrow("no list");
});

test("sensitive members are replaced wherever they are, maps are told from structures, and nothing else is copied", async () => {
  const { output } = await shapesOf(iam, "CreateAccessKey");
  const value = { AccessKey: { AccessKeyId: "A", SecretAccessKey: "hidden", Status: "Active" } };
  expect(redactSensitive(output, value)).toEqual({
    AccessKey: { AccessKeyId: "A", SecretAccessKey: "HIDDEN_DUE_TO_SECURITY_REASONS", Status: "Active" },
  });
  const { input } = await shapesOf(ecs, "RegisterTaskDefinition");
  const definition = { family: "a", containerDefinitions: [{ name: "b", dockerLabels: { Team: "c" } }] };
  expect(redactSensitive(input, definition)).toEqual({
    family: "a",
    containerDefinitions: [{ name: "b", dockerLabels: new Map([["Team", "c"]]) }],
  });
  const clusters = { clusterArns: ["a"] };
  expect(redactSensitive((await shapesOf(ecs, "ListClusters")).output, clusters)).toBe(clusters);
});

test("routes that share a path are told apart by queries, headers and greed", async () => {
  const routes = routesOf(await loadServiceModel(s3));
  const nameOf = (method: string, path: string, query: Record<string, string> = {}, headers = {}) =>
    matchRoute(routes, { method, parts: path.split("/"), query: new Map(Object.entries(query)), headers })?.operation
      .name;
  expect(nameOf("GET", "")).toBe("ListBuckets");
  expect(nameOf("GET", "bucket", { "list-type": "2" })).toBe("ListObjectsV2");
  expect(nameOf("GET", "bucket/")).toBe("ListObjects");
  expect(nameOf("GET", "bucket/a/b")).toBe("GetObject");
  expect(nameOf("PUT", "bucket/a")).toBe("PutObject");
  expect(nameOf("PUT", "bucket/a", {}, { "x-amz-copy-source": "b/c" })).toBe("CopyObject");
  expect(nameOf("PUT", "bucket/a", { partNumber: "1", uploadId: "u" })).toBe("UploadPart");
  expect(nameOf("GET", "bucket/%")).toBeUndefined();
});

describe("a target", () => {
  const cloudTrail = { targetPrefix: "CloudTrail_20131101" };

  test.each(["CloudTrail_20131101", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"])(
    "%s means the service, by its own name or behind that of a package of AWS",
    (prefix) => expect(isTargetOf(cloudTrail, prefix)).toBe(true),
  );

  test.each(["", "CloudTrail_20131102", "NoCloudTrail_20131101", "com.amazonaws.", "org.other.CloudTrail_20131101"])(
    "%j means another",
    (prefix) => expect(isTargetOf(cloudTrail, prefix)).toBe(false),
  );
});
