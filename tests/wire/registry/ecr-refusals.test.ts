import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from "@aws-sdk/client-ecr";
import { expect, test } from "vitest";
import { ecr, make, registry } from "./served-registry.ts";

const invalid = { name: "InvalidParameterException" };

test("a list of images or repositories names at least one, and is had whole", async () => {
  const repositoryName = await make("lists");
  await registry.pushImage(repositoryName, "1", ["one"]);
  const imageIds = [{ imageTag: "1" }];
  const none = { repositoryName, imageIds: [] };
  await expect(ecr.send(new DescribeImagesCommand(none))).rejects.toMatchObject(invalid);
  await expect(ecr.send(new BatchGetImageCommand(none))).rejects.toMatchObject(invalid);
  await expect(ecr.send(new BatchDeleteImageCommand(none))).rejects.toMatchObject({
    ...invalid,
    message:
      "Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length greater than or equal to 1'",
  });
  await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [] }))).rejects.toMatchObject(invalid);
  for (const page of [{ maxResults: 5 }, { nextToken: "bm93aGVyZQ" }]) {
    await expect(ecr.send(new DescribeImagesCommand({ repositoryName, imageIds, ...page }))).rejects.toMatchObject(
      invalid,
    );
    await expect(
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName], ...page })),
    ).rejects.toMatchObject(invalid);
  }
  expect((await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds }))).imageDetails).toHaveLength(1);
});

test("one tag key is given once", async () => {
  const tags = [
    { Key: "a", Value: "1" },
    { Key: "a", Value: "2" },
  ];
  const duplicate = { name: "InvalidTagParameterException" };
  await expect(make("twice", { tags })).rejects.toMatchObject(duplicate);
  const resourceArn = `arn:aws:ecr:us-east-1:123456789012:repository/${await make("once")}`;
  await expect(ecr.send(new TagResourceCommand({ resourceArn, tags }))).rejects.toMatchObject(duplicate);
});

test("a repository's policy speaks of ECR's actions alone", async () => {
  const repositoryName = await make("policies");
  const set = (...Action: string[]) => {
    const statement = { Effect: "Allow", Principal: "*", Action };
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    return ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
  };
  await expect(set("ecr:BatchGetImage", "s3:GetObject")).rejects.toMatchObject({
    ...invalid,
    message: expect.stringContaining("'Invalid repository policy provided'"),
  });
  await expect(ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))).rejects.toMatchObject({
    name: "RepositoryPolicyNotFoundException",
  });
  await set("ecr:BatchGetImage", "ECR:List*");
  await set("*");
});
