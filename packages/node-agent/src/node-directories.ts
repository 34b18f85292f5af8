import { join } from "node:path";

export interface NodeDirectories {
  readonly runtime: string;
  readonly state: string;
  readonly network: string;
  readonly logs: string;
  readonly journal: string;
}

/** Where the agent keeps what, below the instance's data directory. */
export const nodeDirectories = (dataDirectory: string): NodeDirectories => {
  const node = join(dataDirectory, "node");
  return {
    runtime: join(node, "runtime"),
    state: join(node, "state"),
    network: join(node, "network"),
    logs: join(node, "logs"),
    journal: join(node, "journal"),
  };
};
