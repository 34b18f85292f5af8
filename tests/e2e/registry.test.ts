import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { AttachRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withBusyboxImage } from "../../scripts/quickstart/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { loggedInSkopeo, registryOf, type Skopeo } from "./support/push-image.ts";
import { Tasks } from "./support/tasks.ts";

let instance: FleetlessInstance;
let tasks: Tasks;
let ecr: ECRClient;
let skopeo: Skopeo;

const container = (image: string) => ({ name: "main", image, command: ["sh", "-c", "cat /www/index.html"] });
const awsForm = (path: string): string => `123456789012.dkr.ecr.us-east-1.amazonaws.com/${path}`;

/** Pushes a busybox image that serves a page of its own. */
const push = (path: string, page: string): Promise<string> =>
  withBusyboxImage("busybox:1", page, (layout) =>
    skopeo.run("copy", "--dest-tls-verify=false", `oci:${layout}`, `docker://${registryOf(instance)}/${path}`),
  );

/** A role for tasks that may do what is listed. */
const roleThatMay = async (name: string, ...actions: readonly string[]): Promise<string> => {
  const arn = await tasks.createRole(name);
  const Statement = [{ Effect: "Allow", Action: ["logs:*", ...actions], Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await tasks.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: "pull", PolicyDocument }));
  return arn;
};

beforeAll(async () => {
  instance = await createInstance();
  await instance.up();
  tasks = new Tasks(instance);
  ecr = new ECRClient(instance.clientSettings);
  await tasks.prepare();
  await ecr.send(new CreateRepositoryCommand({ repositoryName: "team/web" }));
  skopeo = await loggedInSkopeo(instance);
  await push("team/web:1", "the first page\n");
});

afterAll(async () => {
  await skopeo.close();
  await instance.purge();
});

test("a task runs an image that was pushed, by the registry's address and by AWS's", async () => {
  for (const image of [`${registryOf(instance)}/team/web:1`, awsForm("team/web:1")]) {
    const { task, lines } = await tasks.finish("web", [container(image)]);
    expect(lines).toEqual(["the first page"]);
    expect(task.containers?.[0]).toMatchObject({ image, exitCode: 0 });
    const imageIds = [{ imageTag: "1" }];
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "team/web", imageIds }));
    expect(task.containers?.[0]?.imageDigest).toBe(imageDetails?.[0]?.imageDigest);
    expect(imageDetails?.[0]?.lastRecordedPullTime).toBeInstanceOf(Date);
  }
});

test("a tag that has moved is another image for the next task, and a digest stays what it was", async () => {
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "team/web" }));
  await push("team/web:1", "the second page\n");
  expect((await tasks.finish("web", [container(awsForm("team/web:1"))])).lines).toEqual(["the second page"]);
  const pinned = awsForm(`team/web@${imageDetails?.[0]?.imageDigest}`);
  expect((await tasks.finish("web", [container(pinned)])).lines).toEqual(["the first page"]);
});

test("a role without ecr:GetAuthorizationToken fails in the words of ECS", async () => {
  const executionRoleArn = await roleThatMay("no-login", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer");
  const task = await tasks.run("web", [container(awsForm("team/web:1"))], "STOPPED", { executionRoleArn });
  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason).toMatch(
    /^ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time\(s\): AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role\/no-login\/[0-9a-f]{32} is not authorized to perform: ecr:GetAuthorizationToken on resource: \* because no identity-based policy allows the ecr:GetAuthorizationToken action status code: 400, request id: /,
  );
});

test("a role without ecr:BatchGetImage may not pull, unless the repository's own policy lets it", async () => {
  const executionRoleArn = await roleThatMay("no-image", "ecr:GetAuthorizationToken");
  const refused = await tasks.run("web", [container(awsForm("team/web:1"))], "STOPPED", { executionRoleArn });
  expect(refused.stoppedReason).toMatch(
    /^CannotPullContainerError: The task can’t pull the image\. Check that the role has the permissions to pull images from the registry\. .*ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository\/team\/web because/,
  );
  const policyText = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: executionRoleArn },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      },
    ],
  });
  await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: "team/web", policyText }));
  const { lines } = await tasks.finish("web", [container(awsForm("team/web:1"))], { executionRoleArn });
  expect(lines).toEqual(["the second page"]);
});

test("an image that is not there is said to be missing", async () => {
  for (const image of [awsForm("team/web:none"), awsForm("team/none:1")]) {
    const task = await tasks.run("web", [container(image)], "STOPPED");
    expect(task.stoppedReason).toBe(
      `CannotPullContainerError: The task can’t pull the image. Check whether the image exists. ref pull has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
    );
  }
});

test("an ECR image needs an execution role", async () => {
  await expect(
    tasks.register("web", [{ ...container(awsForm("team/web:1")), logConfiguration: undefined }], {
      executionRoleArn: undefined,
    }),
  ).rejects.toThrow("Fargate requires task definition to have execution role ARN to support ECR images.");
});

test("a role with the managed policy of task execution pulls", async () => {
  const arn = await tasks.createRole("managed");
  const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
  await tasks.iam.send(new AttachRolePolicyCommand({ RoleName: "managed", PolicyArn }));
  const { lines } = await tasks.finish("web", [container(awsForm("team/web:1"))], { executionRoleArn: arn });
  expect(lines).toEqual(["the second page"]);
});

test("fleetless pushes an archive without any other tool, and makes the repository", async () => {
  const pushed = await withBusyboxImage("any:1", "pushed by hand\n", (layout) =>
    instance.json<{ reference: string; awsReference: string; createdRepository: boolean }>(
      "image",
      "push",
      layout,
      "tools/made:2",
    ),
  );
  expect(pushed).toMatchObject({
    reference: `${registryOf(instance)}/tools/made:2`,
    awsReference: awsForm("tools/made:2"),
    createdRepository: true,
  });
  expect((await tasks.finish("made", [container(pushed.reference)])).lines).toEqual(["pushed by hand"]);
  const refused = await instance.run("image", "push", instance.dataDirectory, "tools/made:3");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("index.json")]);
});

test("an image that was warmed is not fetched again, and the timeline says how much of one was", async () => {
  await push("team/web:cold", `${"cold ".repeat(1_000)}\n`);
  await push("team/web:warm", `${"warm ".repeat(1_000)}\n`);
  const warm = awsForm("team/web:warm");
  const first = await instance.json<{ images: { bytes: number }[] }>("image", "warm", warm);
  expect(first.images[0]?.bytes).toBeGreaterThan(0);
  const again = await instance.json<{ images: { bytes: number }[] }>("image", "warm", warm);
  expect(again.images[0]?.bytes).toBe(0);
  const fetched = async (image: string): Promise<number | undefined> => {
    const task = await tasks.run("warmth", [container(image)], "STOPPED");
    const steps = await instance.json<{ name: string; bytes?: number }[]>("task", "timeline", task.taskArn ?? "");
    return steps.find(({ name }) => name === "prepare image")?.bytes;
  };
  expect(await fetched(warm)).toBe(0);
  expect(await fetched(awsForm("team/web:cold"))).toBeGreaterThan(0);
  const missing = await instance.run("image", "warm", awsForm("team/web:none"));
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("There is no image")]);
});
