import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Secret } from "@aws-sdk/client-ecs";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { FleetlessInstance } from "./instance.ts";
import type { Tasks } from "./tasks.ts";

const execute = promisify(execFile);
const account = "123456789012";

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A shell command that tells of variables without writing their values into a log. */
export const tell = (...names: readonly string[]): string =>
  names.map((name) => `echo ${name} $(printf %s "$${name}" | sha256sum)`).join("; ");

const policy = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

/** Secrets and parameters of one instance, which its execution role may read below `app/`. */
export class TestSecrets {
  /** In every value: what is searched for where it must not be. */
  readonly mark = randomBytes(12).toString("hex");
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  jsonArn = "";
  plainArn = "";
  lockedArn = "";
  #firstVersion = "";
  readonly #instance: FleetlessInstance;

  constructor(instance: FleetlessInstance) {
    this.#instance = instance;
    this.secrets = new SecretsManagerClient(instance.clientSettings);
    this.ssm = new SSMClient(instance.clientSettings);
  }

  value(name: string): string {
    return `${this.mark}-${name}`;
  }

  async prepare(tasks: Tasks): Promise<void> {
    const { secrets, ssm } = this;
    const create = async (Name: string, SecretString: string, KmsKeyId?: string) =>
      secrets.send(new CreateSecretCommand({ Name, SecretString, KmsKeyId }));
    const first = await create("app/json", JSON.stringify({ user: this.value("user"), port: 5432 }));
    const SecretString = JSON.stringify({ user: this.value("user-2") });
    await secrets.send(new PutSecretValueCommand({ SecretId: "app/json", SecretString }));
    this.jsonArn = first.ARN ?? "";
    this.#firstVersion = first.VersionId ?? "";
    this.plainArn = (await create("app/plain", this.value("plain"))).ARN ?? "";
    const key = await new KMSClient(this.#instance.clientSettings).send(new CreateKeyCommand({}));
    this.lockedArn = (await create("app/locked", this.value("locked"), key.KeyMetadata?.Arn)).ARN ?? "";
    for (const [Name, Type] of [
      ["/app/parameter", "SecureString"],
      ["/app/text", "String"],
    ] as const) {
      await ssm.send(new PutParameterCommand({ Name, Type, Value: this.value(Name) }));
    }
    const Action = ["secretsmanager:GetSecretValue", "ssm:GetParameters"];
    const Resource = ["arn:aws:secretsmanager:*:*:secret:app/*", "arn:aws:ssm:*:*:parameter/app/*"];
    const PolicyDocument = policy({ Effect: "Allow", Action, Resource });
    await tasks.iam.send(new PutRolePolicyCommand({ RoleName: "execution", PolicyName: "secrets", PolicyDocument }));
  }

  /** One of each way to name a secret, and what a container gets for it. */
  selectors(): readonly { readonly secret: Secret; readonly value: string }[] {
    const of = (name: string, valueFrom: string, value: string) => ({ secret: { name, valueFrom }, value });
    return [
      of("WHOLE", this.plainArn, this.value("plain")),
      of("PARTIAL", this.plainArn.slice(0, -7), this.value("plain")),
      of("KEY", `${this.jsonArn}:user::`, this.value("user-2")),
      of("STAGE", `${this.jsonArn}:user:AWSPREVIOUS:`, this.value("user")),
      of("VERSION", `${this.jsonArn}:port::${this.#firstVersion}`, "5432"),
      of("PARAMETER", "/app/parameter", this.value("/app/parameter")),
      of("BY_ARN", `arn:aws:ssm:us-east-1:${account}:parameter/app/text`, this.value("/app/text")),
    ];
  }

  /** Files of the instance on disk that hold a text; the tasks' own file systems are looked into as well. */
  async filesWith(text: string): Promise<readonly string[]> {
    const { dataDirectory } = this.#instance;
    const mounted = readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .filter(([, target = "", type]) => target.startsWith(dataDirectory) && type === "ext4")
      .map(([, target = ""]) => target);
    const found: string[] = [];
    for (const directory of [dataDirectory, ...mounted]) {
      const search = ["-xdev", "-type", "f", "-size", "-512M", "-exec", "grep", "-laF", text, "{}", "+"];
      const { stdout } = await execute("find", [directory, ...search]).catch((thrown: { stdout: string }) => thrown);
      found.push(...stdout.split("\n").filter(Boolean));
    }
    return found;
  }
}
