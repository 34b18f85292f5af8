import { CreateAccessKeyCommand, CreateUserCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { shell, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");

interface Explanation {
  readonly remedies: readonly { readonly attachTo: string; readonly policy: { readonly Statement: unknown } }[];
}

test("iam explain tells the smallest policy for a denied call, in words and in JSON", async () => {
  const { iam } = fleetless.tasks;
  await iam.send(new CreateUserCommand({ UserName: "carol" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "carol" }));
  const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  const carol = new IAMClient({ ...fleetless.instance.clientSettings, credentials });
  const denied: unknown = await carol
    .send(new GetRoleCommand({ RoleName: "nobody" }))
    .catch((thrown: unknown) => thrown);
  carol.destroy();
  const id: string = Object(Object(denied).$metadata).requestId;
  const told = await fleetless.instance.run("iam", "explain", id);
  expect(told.stdout).toContain("iam:GetRole by arn:aws:iam::123456789012:user/carol");
  expect(told.stdout).toContain("no identity-based policy allows it");
  const explanation = await fleetless.instance.json<Explanation>("iam", "explain", id);
  expect(explanation.remedies).toEqual([
    {
      policyType: "identity-based policy",
      attachTo: "arn:aws:iam::123456789012:user/carol",
      policy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "iam:GetRole", Resource: "arn:aws:iam::123456789012:role/nobody" }],
      },
    },
  ]);
  const unknown = await fleetless.instance.run("iam", "explain", "00000000-0000-0000-0000-000000000000");
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("The audit trail has no call") });
  expect((await fleetless.instance.run("iam", "explain", "nonsense")).stderr).toContain("is not the id of a request");
});

test("iam suggest writes the policy of what an execution role did for its task", async () => {
  await fleetless.tasks.finish("advised", [{ name: "main", ...shell("echo done") }]);
  const role = "execution";
  const { policy } = await fleetless.instance.json<{ policy: { Statement: { Action: string | string[] }[] } }>(
    "iam",
    "suggest",
    role,
  );
  const actions = policy.Statement.flatMap(({ Action }) => Action);
  expect(actions).toContain("logs:PutLogEvents");
  expect(actions).not.toContain("*");
  expect((await fleetless.instance.run("iam", "suggest", "no-such-role")).stderr).toContain("There is no role or user");
});
