import { setTimeout as sleep } from "node:timers/promises";
import { CreateLogStreamCommand, GetLogEventsCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListTagsForResourceCommand, TagResourceCommand } from "@aws-sdk/client-ecs";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetParameterHistoryCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { FleetlessInstance } from "../../e2e/support/instance.ts";
import { type Tasks, testLogGroup } from "../../e2e/support/tasks.ts";
import { persist } from "./persist.ts";
import type { Random } from "./random.ts";

const kinds = ["parameter", "secret", "tag", "log event"] as const;
type Kind = (typeof kinds)[number];

const parameter = "/chaos/written";
const secret = "chaos/written";
const stream = "chaos/written";
/** Versions of a parameter that are kept, as on AWS. */
const keptVersions = 100;
/** Tags that a resource may have, as on AWS. */
const keptTags = 50;

/** Writes to several services, one after the other of each kind, and knows the last one that was acknowledged. */
export class Writes {
  readonly #ssm: SSMClient;
  readonly #secrets: SecretsManagerClient;
  readonly #tasks: Tasks;
  readonly #definition: string;
  readonly #acknowledged: Record<Kind, number[]> = { parameter: [], secret: [], tag: [], "log event": [] };
  #number = 0;

  constructor(instance: FleetlessInstance, tasks: Tasks, definition: string) {
    this.#ssm = new SSMClient(instance.clientSettings);
    this.#secrets = new SecretsManagerClient(instance.clientSettings);
    this.#tasks = tasks;
    this.#definition = definition;
  }

  get count(): number {
    return Object.values(this.#acknowledged).reduce((sum, { length }) => sum + length, 0);
  }

  async prepare(): Promise<void> {
    await this.#secrets.send(new CreateSecretCommand({ Name: secret, SecretString: "0" }));
    await this.#tasks.logs.send(new CreateLogStreamCommand({ logGroupName: testLogGroup, logStreamName: stream }));
  }

  async run(random: Random, pauseMilliseconds: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const kind = random.pick(kinds) ?? "tag";
      this.#number += 1;
      const number = this.#number;
      await persist(() => this.#write(kind, number));
      this.#acknowledged[kind].push(number);
      await sleep(random.between(0, pauseMilliseconds * 2), undefined, { signal }).catch(() => undefined);
    }
  }

  async #write(kind: Kind, number: number): Promise<unknown> {
    const value = String(number);
    switch (kind) {
      case "parameter": {
        const command = new PutParameterCommand({ Name: parameter, Value: value, Type: "String", Overwrite: true });
        return await this.#ssm.send(command);
      }
      case "secret":
        return await this.#secrets.send(new PutSecretValueCommand({ SecretId: secret, SecretString: value }));
      case "tag": {
        const tags = [{ key: `written-${number % keptTags}`, value }];
        return await this.#tasks.ecs.send(new TagResourceCommand({ resourceArn: this.#definition, tags }));
      }
      case "log event": {
        const logEvents = [{ timestamp: Date.now(), message: value }];
        const place = { logGroupName: testLogGroup, logStreamName: stream };
        return await this.#tasks.logs.send(new PutLogEventsCommand({ ...place, logEvents }));
      }
    }
  }

  /** What was acknowledged and is not there. */
  async lost(): Promise<string[]> {
    const [parameters, secrets, tags, events] = await Promise.all([
      this.#parameters(),
      this.#secret(),
      this.#tags(),
      this.#events(),
    ]);
    const missing = (kind: Kind, there: ReadonlySet<number>, expected: readonly number[]): string[] =>
      expected.filter((number) => !there.has(number)).map((number) => `${kind} ${number}`);
    const byTag = new Map(this.#acknowledged.tag.map((number) => [number % keptTags, number]));
    return [
      ...missing("parameter", parameters, this.#acknowledged.parameter.slice(-keptVersions / 2)),
      ...missing("secret", secrets, this.#acknowledged.secret.slice(-1)),
      ...missing("tag", tags, [...byTag.values()]),
      ...missing("log event", events, this.#acknowledged["log event"]),
    ];
  }

  async #parameters(): Promise<ReadonlySet<number>> {
    const there = new Set<number>();
    if (this.#acknowledged.parameter.length === 0) return there;
    let NextToken: string | undefined;
    do {
      const command = new GetParameterHistoryCommand({ Name: parameter, NextToken });
      const page = await persist(() => this.#ssm.send(command));
      for (const { Value } of page.Parameters ?? []) there.add(Number(Value));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return there;
  }

  async #secret(): Promise<ReadonlySet<number>> {
    const { SecretString } = await persist(() => this.#secrets.send(new GetSecretValueCommand({ SecretId: secret })));
    return new Set([Number(SecretString)]);
  }

  async #tags(): Promise<ReadonlySet<number>> {
    const { tags } = await persist(() =>
      this.#tasks.ecs.send(new ListTagsForResourceCommand({ resourceArn: this.#definition })),
    );
    return new Set(tags?.map(({ value }) => Number(value)));
  }

  async #events(): Promise<ReadonlySet<number>> {
    const there = new Set<number>();
    let nextToken: string | undefined;
    for (;;) {
      const place = { logGroupName: testLogGroup, logStreamName: stream, startFromHead: true };
      const command = new GetLogEventsCommand({ ...place, nextToken });
      const { events = [], nextForwardToken } = await persist(() => this.#tasks.logs.send(command));
      for (const { message } of events) there.add(Number(message));
      if (events.length === 0 || nextForwardToken === nextToken) return there;
      nextToken = nextForwardToken;
    }
  }
}
