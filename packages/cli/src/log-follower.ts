import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";

export interface LogSource {
  readonly container: string;
  readonly group: string;
  readonly stream: string;
}

export interface LogLine {
  readonly container: string;
  readonly timestamp: number;
  readonly message: string;
}

/** Where the containers of a task log to with the awslogs driver. */
export const logSources = (containers: readonly ContainerDefinition[], taskId: string): LogSource[] =>
  containers.flatMap((container) => {
    const options = container.logConfiguration?.options ?? {};
    const group = options["awslogs-group"];
    const prefix = options["awslogs-stream-prefix"];
    if (container.logConfiguration?.logDriver !== "awslogs" || group === undefined || prefix === undefined) return [];
    const name = container.name ?? "";
    return [{ container: name, group, stream: `${prefix}/${name}/${taskId}` }];
  });

/** Reads on from where it stood; each call answers the lines that are new. */
export class LogFollower {
  readonly #logs: CloudWatchLogsClient;
  readonly #positions: { readonly source: LogSource; token: string | undefined }[];

  constructor(logs: CloudWatchLogsClient, sources: readonly LogSource[]) {
    this.#logs = logs;
    this.#positions = sources.map((source) => ({ source, token: undefined }));
  }

  async next(): Promise<LogLine[]> {
    const found = await Promise.all(this.#positions.map((position) => this.#read(position)));
    return found.flat().sort((a, b) => a.timestamp - b.timestamp);
  }

  async #read(position: { readonly source: LogSource; token: string | undefined }): Promise<LogLine[]> {
    const { GetLogEventsCommand, ResourceNotFoundException } = await import("@aws-sdk/client-cloudwatch-logs");
    const { container, group, stream } = position.source;
    const lines: LogLine[] = [];
    for (;;) {
      try {
        const page = await this.#logs.send(
          new GetLogEventsCommand({
            logGroupName: group,
            logStreamName: stream,
            startFromHead: true,
            ...(position.token === undefined ? {} : { nextToken: position.token }),
          }),
        );
        for (const event of page.events ?? []) {
          lines.push({ container, timestamp: event.timestamp ?? 0, message: event.message ?? "" });
        }
        const atEnd = page.nextForwardToken === position.token || (page.events ?? []).length === 0;
        position.token = page.nextForwardToken;
        if (atEnd) return lines;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return lines;
        throw error;
      }
    }
  }
}
