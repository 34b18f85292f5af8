import { DescribeVpcEndpointsCommand } from "@aws-sdk/client-ec2";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeAll, expect, test } from "vitest";
import { importSdkImage, sdkReference } from "./support/sdk-image.ts";
import { createGroup, createInterfaceEndpoint, createIsolatedSubnet, type IsolatedSubnet } from "./support/subnets.ts";
import { useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");

/** Calls services at the endpoints that it is told, one line each: what was answered, or the error. */
const program = `
import { connect } from "node:net";
import { SecretsManagerClient, ListSecretsCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { SSMClient, GetParameterCommand } from "@aws-sdk/client-ssm";
const tell = async (name, client, command) => {
  const told = await client.send(command).then(() => "answered", (error) => error.name + ": " + error.message);
  console.log(name + " " + told);
};
const at = (endpoint) => new SecretsManagerClient({ endpoint, maxAttempts: 1 });
const list = new ListSecretsCommand({});
const { BY_NAME, BY_OWN_NAME, SHUT } = process.env;
for (let tries = 0; tries < 50; tries += 1) {
  const answered = await at(BY_NAME).send(list).then(() => true, (error) => error.$metadata?.httpStatusCode !== undefined);
  if (answered) break;
  await new Promise((wake) => setTimeout(wake, 100));
}
await tell("by-name", at(BY_NAME), list);
await tell("by-own-name", at(BY_OWN_NAME), list);
await tell("by-link-local", new SecretsManagerClient({ maxAttempts: 1 }), list);
await tell("value", at(BY_NAME), new GetSecretValueCommand({ SecretId: "app/token" }));
await tell("value-by-link-local", new SecretsManagerClient({ maxAttempts: 1 }), new GetSecretValueCommand({ SecretId: "app/token" }));
await tell("another-service", new SSMClient({ endpoint: BY_NAME, maxAttempts: 1 }), new GetParameterCommand({ Name: "/a" }));
await tell("shut-by-link-local", new SSMClient({ maxAttempts: 1 }), new GetParameterCommand({ Name: "/a" }));
await tell("elsewhere", at("http://rds.us-east-1.amazonaws.com"), list);
const socket = connect({ host: SHUT, port: 80 });
const met = await new Promise((resolve) => {
  socket.once("connect", () => resolve("connected"));
  socket.once("error", (error) => resolve(error.code));
  setTimeout(() => resolve("silence"), 2000);
});
console.log("shut " + met);
socket.destroy();
`;

let place: IsolatedSubnet;
let open: string;
let taskRoleArn: string;

const allowing = (...Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

beforeAll(async () => {
  const { instance, tasks } = fleetless;
  await importSdkImage(instance, ["@aws-sdk/client-secrets-manager", "@aws-sdk/client-ssm"], program);
  const secrets = new SecretsManagerClient(instance.clientSettings);
  await secrets.send(new CreateSecretCommand({ Name: "app/token", SecretString: "a token" }));
  place = await createIsolatedSubnet(tasks.ec2, 64);
  open = await createGroup(tasks.ec2, place.vpcId, "open", "10.64.0.0/16");
  taskRoleArn = await tasks.createRole("caller");
});

const dnsNameOf = async (id: string): Promise<string> => {
  const answer = await fleetless.tasks.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }));
  return answer.VpcEndpoints?.[0]?.DnsEntries?.[0]?.DnsName ?? "";
};

test("an interface endpoint answers for its service, filtered by its rules and held to its policy", async () => {
  const { tasks } = fleetless;
  await createInterfaceEndpoint(tasks.ec2, place, "logs", open);
  const everyone = { Effect: "Allow", Principal: "*", Resource: "*" };
  const listing = { ...everyone, Action: "secretsmanager:ListSecrets" };
  const policy = { Version: "2012-10-17", Statement: [listing] };
  const endpoint = await createInterfaceEndpoint(tasks.ec2, place, "secretsmanager", open, policy);
  const shut = await createInterfaceEndpoint(
    tasks.ec2,
    place,
    "ssm",
    await createGroup(tasks.ec2, place.vpcId, "shut"),
  );
  // The role may call only through the endpoint and from the VPC: so the keys of the request are what they should be.
  const Condition = { StringEquals: { "aws:SourceVpce": endpoint, "aws:SourceVpc": place.vpcId } };
  const PolicyDocument = allowing({ Effect: "Allow", Action: "*", Resource: "*", Condition });
  await tasks.iam.send(new PutRolePolicyCommand({ RoleName: "caller", PolicyName: "inside", PolicyDocument }));
  await createInterfaceEndpoint(tasks.ec2, place, "rds", open);
  const environment = [
    { name: "BY_NAME", value: "http://secretsmanager.us-east-1.amazonaws.com" },
    { name: "BY_OWN_NAME", value: `http://${await dnsNameOf(endpoint)}` },
    { name: "SHUT", value: "ssm.us-east-1.amazonaws.com" },
  ];
  const { lines } = await tasks.finish(
    "calls",
    [{ name: "main", image: sdkReference, environment }],
    { cpu: "1024", memory: "2048", taskRoleArn },
    { networkConfiguration: { awsvpcConfiguration: { subnets: [place.subnetId], assignPublicIp: "DISABLED" } } },
  );
  const told = Object.fromEntries(lines.map((line) => [line.split(" ")[0], line.split(" ").slice(1).join(" ")]));
  const denied =
    /^AccessDeniedException: User: \S+assumed-role\/caller\/\w+ is not authorized to perform: secretsmanager:GetSecretValue on resource: \S+ because no VPC endpoint policy allows the secretsmanager:GetSecretValue action$/;
  expect(told).toMatchObject({
    "by-name": "answered",
    "by-own-name": "answered",
    "by-link-local": "answered",
    value: expect.stringMatching(denied),
    "value-by-link-local": expect.stringMatching(denied),
    "another-service": expect.stringMatching(
      new RegExp(`UnreachableService: .*${endpoint} leads to .*secretsmanager only`),
    ),
    "shut-by-link-local": expect.stringMatching(
      new RegExp(
        `^UnreachableService: There is no way to ssm from here: no rule of the security groups of eni-\\w+ lets it in on its way to ${shut} `,
      ),
    ),
    shut: "silence",
    elsewhere: expect.stringMatching(/^UnreachableService: .* leads to com.amazonaws.us-east-1.rds only/),
  });
});
