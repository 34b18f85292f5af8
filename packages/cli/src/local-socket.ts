import { request } from "node:http";
import { join } from "node:path";
import { CommandFailure } from "./failure.ts";

/** The daemon's local API: HTTP on a socket in the data directory that only root can open. */
export interface LocalSocket {
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: unknown): Promise<Answer>;
}

/** Nothing answers in the data directory. */
export class NotRunning extends CommandFailure {}

const maximumAnswerBytes = 16 * 1024 * 1024;

export const openLocalSocket = (dataDirectory: string): LocalSocket => {
  const call = <Answer>(method: string, path: string, body?: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request(
        {
          socketPath: join(dataDirectory, "fleetless.sock"),
          method,
          path,
          headers: payload === undefined ? {} : { "content-type": "application/json" },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          let size = 0;
          answer.on("data", (chunk: Buffer) => {
            size += chunk.length;
            if (size > maximumAnswerBytes) outgoing.destroy(new CommandFailure("Fleetless answered too much"));
            chunks.push(chunk);
          });
          answer.on("error", reject);
          answer.on("end", () => {
            const parsed = JSON.parse(Buffer.concat(chunks).toString("utf8"));
            if (answer.statusCode === 200) resolve(parsed);
            else reject(new CommandFailure(String(parsed.message ?? `Fleetless answered ${answer.statusCode}`)));
          });
        },
      );
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        reject(error instanceof CommandFailure ? error : explain(error, dataDirectory));
      });
      outgoing.end(payload);
    });
  return { get: (path) => call("GET", path), post: (path, body) => call("POST", path, body) };
};

const explain = (error: NodeJS.ErrnoException, dataDirectory: string): CommandFailure => {
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") {
    return new NotRunning(`Fleetless is not running in ${dataDirectory}: start it with \`fleetless up --detach\``);
  }
  if (error.code === "EACCES") {
    return new CommandFailure(`Fleetless in ${dataDirectory} belongs to root: run this command as root`);
  }
  return new CommandFailure(`Fleetless in ${dataDirectory} cannot be reached: ${error.message}`);
};
