import {
  BatchGetRepositoryScanningConfigurationCommand,
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAccountSettingCommand,
  GetRegistryScanningConfigurationCommand,
  PutAccountSettingCommand,
  PutImageScanningConfigurationCommand,
  PutRegistryScanningConfigurationCommand,
  PutReplicationConfigurationCommand,
} from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedControlPlane, startControlPlane } from "../support/start-control-plane.ts";
import { RegistryClient } from "./registry-client.ts";

let served: ServedControlPlane;
let ecr: ECRClient;
let registry: RegistryClient;
const registryId = "123456789012";

beforeAll(async () => {
  served = await startControlPlane();
  ecr = new ECRClient(served.clientSettings);
  registry = await RegistryClient.login(served);
});

afterAll(() => served[Symbol.asyncDispose]());

const make = async (repositoryName: string): Promise<string> => {
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  return repositoryName;
};

test("what is only kept is given back", async () => {
  const replicationConfiguration = { rules: [{ destinations: [{ region: "eu-west-1", registryId }] }] };
  await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
  expect(await ecr.send(new DescribeRegistryCommand({}))).toMatchObject({ registryId, replicationConfiguration });
  const name = "BASIC_SCAN_TYPE_VERSION";
  expect((await ecr.send(new GetAccountSettingCommand({ name }))).value).toBe("AWS_NATIVE");
  await ecr.send(new PutAccountSettingCommand({ name, value: "CLAIR" }));
  expect((await ecr.send(new GetAccountSettingCommand({ name }))).value).toBe("CLAIR");
});

test("scanning is configured and told, and no image is said to have been scanned", async () => {
  const rules = [
    { scanFrequency: "SCAN_ON_PUSH" as const, repositoryFilters: [{ filter: "*", filterType: "WILDCARD" as const }] },
  ];
  await ecr.send(new PutRegistryScanningConfigurationCommand({ scanType: "BASIC", rules }));
  expect((await ecr.send(new GetRegistryScanningConfigurationCommand({}))).scanningConfiguration).toEqual({
    scanType: "BASIC",
    rules,
  });
  const repositoryName = await make("scanned");
  await ecr.send(
    new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration: { scanOnPush: true } }),
  );
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
  expect(repositories?.[0]?.imageScanningConfiguration).toEqual({ scanOnPush: true });
  const scanned = await ecr.send(
    new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [repositoryName, "missing"] }),
  );
  expect(scanned.scanningConfigurations).toEqual([
    {
      repositoryArn: `arn:aws:ecr:us-east-1:123456789012:repository/${repositoryName}`,
      repositoryName,
      scanOnPush: true,
      scanFrequency: "SCAN_ON_PUSH",
      appliedScanFilters: [{ filter: "*", filterType: "WILDCARD" }],
    },
  ]);
  expect(scanned.failures).toEqual([
    {
      repositoryName: "missing",
      failureCode: "REPOSITORY_NOT_FOUND",
      failureReason: expect.stringContaining("does not exist"),
    },
  ]);
  await registry.pushImage(repositoryName, "1", ["never looked at"]);
  const findingsOf = (imageTag: string) =>
    ecr.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag } }));
  await expect(findingsOf("1")).rejects.toMatchObject({
    name: "ScanNotFoundException",
    message: expect.stringContaining(`in the repository with name '${repositoryName}'`),
  });
  await expect(findingsOf("none")).rejects.toMatchObject({ name: "ImageNotFoundException" });
  const only = [
    { scanFrequency: "SCAN_ON_PUSH" as const, repositoryFilters: [{ filter: "a*b", filterType: "WILDCARD" as const }] },
  ];
  await ecr.send(new PutRegistryScanningConfigurationCommand({ scanType: "BASIC", rules: only }));
  const other = await make("aside");
  const { scanningConfigurations } = await ecr.send(
    new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [other] }),
  );
  expect(scanningConfigurations).toMatchObject([
    { scanFrequency: "MANUAL", scanOnPush: false, appliedScanFilters: [] },
  ]);
});
