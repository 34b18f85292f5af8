import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where containerd's shims listen: one socket for each group of containers that share a shim. */
export const shimSocketPath = (containerdAddress: string, namespace: string, group: string): string =>
  `/run/containerd/s/${createHash("sha256")
    .update(join(containerdAddress, namespace, group))
    .digest("hex")}`;
