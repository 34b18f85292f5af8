import { fileURLToPath } from "node:url";
import { CloudTrailClient, GetTrailStatusCommand, ListTrailsCommand } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListClustersCommand,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";
import {
  GetPolicyCommand,
  IAMClient,
  ListAccountAliasesCommand,
  ListGroupsCommand,
  ListInstanceProfilesCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand, GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { Terraform } from "./support/terraform.ts";

const configuration = fileURLToPath(new URL("../../examples/terraform", import.meta.url));
const changes = { environment: "live", retention_in_days: "14", greeting: "goodbye", api_token: "second" };

let instance: FleetlessInstance;
let terraform: Terraform;

beforeAll(async () => {
  instance = await createInstance();
  await instance.up("--isolation", "runc");
  terraform = new Terraform(instance, configuration);
  await terraform.init();
});

afterAll(() => instance.purge());

/** Whatever the configuration makes, by kind and name, as the services tell it. */
const inventory = async (): Promise<Readonly<Record<string, readonly string[]>>> => {
  const settings = instance.clientSettings;
  const iam = new IAMClient(settings);
  const ecs = new ECSClient(settings);
  const kms = new KMSClient(settings);
  const keys = (await kms.send(new ListKeysCommand({}))).Keys ?? [];
  const described = await Promise.all(keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
  const named = (values: readonly (string | undefined)[] | undefined): readonly string[] =>
    (values ?? []).map((value) => value ?? "").toSorted();
  return {
    roles: named((await iam.send(new ListRolesCommand({}))).Roles?.map(({ RoleName }) => RoleName)),
    users: named((await iam.send(new ListUsersCommand({}))).Users?.map(({ UserName }) => UserName)),
    groups: named((await iam.send(new ListGroupsCommand({}))).Groups?.map(({ GroupName }) => GroupName)),
    policies: named((await iam.send(new ListPoliciesCommand({ Scope: "Local" }))).Policies?.map(({ Arn }) => Arn)),
    profiles: named((await iam.send(new ListInstanceProfilesCommand({}))).InstanceProfiles?.map(({ Arn }) => Arn)),
    providers: named(
      (await iam.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList?.map(({ Arn }) => Arn),
    ),
    accountAliases: named((await iam.send(new ListAccountAliasesCommand({}))).AccountAliases),
    repositories: named(
      (await new ECRClient(settings).send(new DescribeRepositoriesCommand({}))).repositories?.map(
        ({ repositoryName }) => repositoryName,
      ),
    ),
    clusters: named((await ecs.send(new ListClustersCommand({}))).clusterArns),
    taskDefinitions: named((await ecs.send(new ListTaskDefinitionsCommand({}))).taskDefinitionArns),
    logGroups: named(
      (await new CloudWatchLogsClient(settings).send(new DescribeLogGroupsCommand({}))).logGroups?.map(
        ({ logGroupName }) => logGroupName,
      ),
    ),
    keys: named(
      described
        .map(({ KeyMetadata }) => KeyMetadata)
        .filter((key) => key?.KeyManager === "CUSTOMER" && key.KeyState !== "PendingDeletion")
        .map((key) => key?.Description),
    ),
    aliases: named((await kms.send(new ListAliasesCommand({}))).Aliases?.map(({ AliasName }) => AliasName)).filter(
      (name) => !name.startsWith("alias/aws/"),
    ),
    secrets: named(
      (
        await new SecretsManagerClient(settings).send(new ListSecretsCommand({ IncludePlannedDeletion: true }))
      ).SecretList?.map(({ Name }) => Name),
    ),
    parameters: named(
      (await new SSMClient(settings).send(new DescribeParametersCommand({}))).Parameters?.map(({ Name }) => Name),
    ),
    trails: named(
      (await new CloudTrailClient(settings).send(new ListTrailsCommand({}))).Trails?.map(({ Name }) => Name),
    ),
    securityGroups: named(
      (await new EC2Client(settings).send(new DescribeSecurityGroupsCommand({}))).SecurityGroups?.map(
        ({ GroupName }) => GroupName,
      ),
    ),
  };
};

/** Each step needs the one before it: an account is filled, looked at, changed and emptied. */
test("Terraform makes an account's resources, finds nothing to change, changes them in place and takes all away", async () => {
  const settings = instance.clientSettings;
  const before = await inventory();

  await terraform.apply();
  expect(await terraform.state()).toHaveLength(39);
  const outputs = await terraform.outputs();
  expect(outputs).toMatchObject({ greeting: "hello", token: "first", subnets: 3 });
  expect(await inventory()).toMatchObject({
    roles: expect.arrayContaining(["web-execution", "web-task", "web-trail"]),
    keys: ["Web test"],
    parameters: ["/web/greeting", "/web/hosts", "/web/password"],
    trails: ["calls"],
  });
  const deployer = new STSClient({
    ...settings,
    credentials: {
      accessKeyId: String(outputs["deployer_access_key_id"]),
      secretAccessKey: String(outputs["deployer_secret_access_key"]),
    },
  });
  expect(await deployer.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: "arn:aws:iam::123456789012:user/machines/deployer",
  });
  expect(await terraform.plan()).toBe("");

  await terraform.apply(changes);
  expect(await terraform.plan(changes)).toBe("");
  const iam = new IAMClient(settings);
  expect((await iam.send(new ListRoleTagsCommand({ RoleName: "web-execution" }))).Tags).toEqual(
    expect.arrayContaining([
      { Key: "team", Value: "web" },
      { Key: "environment", Value: "live" },
    ]),
  );
  const policy = await iam.send(
    new GetPolicyCommand({ PolicyArn: "arn:aws:iam::123456789012:policy/web/web-configuration" }),
  );
  expect(policy.Policy).toMatchObject({ AttachmentCount: 2, PermissionsBoundaryUsageCount: 1 });
  const ssm = new SSMClient(settings);
  const password = await ssm.send(new GetParameterCommand({ Name: "/web/password", WithDecryption: true }));
  expect(password.Parameter).toMatchObject({ Value: "second", Version: 2 });
  const secret = await new SecretsManagerClient(settings).send(
    new GetSecretValueCommand({ SecretId: "web/api-token" }),
  );
  expect(JSON.parse(secret.SecretString ?? "")).toEqual({ token: "second" });
  const definition = await new ECSClient(settings).send(
    new DescribeTaskDefinitionCommand({ taskDefinition: "web", include: ["TAGS"] }),
  );
  expect(definition).toMatchObject({
    taskDefinition: { revision: 2, containerDefinitions: [{ environment: [{ name: "STAGE", value: "live" }] }] },
    tags: expect.arrayContaining([{ key: "environment", value: "live" }]),
  });
  const trail = await new CloudTrailClient(settings).send(new GetTrailStatusCommand({ Name: "calls" }));
  expect(trail).toMatchObject({ IsLogging: false });

  await terraform.destroy(changes);
  expect(await terraform.state()).toEqual([]);
  expect(await inventory()).toEqual(before);
}, 300_000);
