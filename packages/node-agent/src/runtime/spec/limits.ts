/** What Fargate sets where a task definition says nothing. */
const defaultNofile = 65_535;

const names = new Set([
  "core",
  "cpu",
  "data",
  "fsize",
  "locks",
  "memlock",
  "msgqueue",
  "nice",
  "nofile",
  "nproc",
  "rss",
  "rtprio",
  "rttime",
  "sigpending",
  "stack",
]);

/**
 * `ceiling` says what the machine lets us give: the default bends to it, a declared limit above it is an error.
 */
export const resourceLimits = (
  ulimits: readonly { readonly name: string; readonly softLimit: number; readonly hardLimit: number }[],
  ceiling: ReadonlyMap<string, number>,
): readonly { readonly type: string; readonly soft: number; readonly hard: number }[] => {
  const openFiles = Math.min(defaultNofile, ceiling.get("nofile") ?? defaultNofile);
  const limits = new Map([["nofile", { soft: openFiles, hard: openFiles }]]);
  for (const { name, softLimit, hardLimit } of ulimits) {
    if (!names.has(name)) throw new Error(`the ulimit ${name} is not known`);
    if (softLimit > hardLimit) throw new Error(`the soft limit of ulimit ${name} is above its hard limit`);
    const highest = ceiling.get(name);
    if (highest !== undefined && hardLimit > highest)
      throw new Error(`the hard limit ${hardLimit} of ulimit ${name} is above this machine's ${highest}`);
    limits.set(name, { soft: softLimit, hard: hardLimit });
  }
  return [...limits].map(([name, limit]) => ({ type: `RLIMIT_${name.toUpperCase()}`, ...limit }));
};

const ipcControls = new Set([
  "kernel.msgmax",
  "kernel.msgmnb",
  "kernel.msgmni",
  "kernel.sem",
  "kernel.shmall",
  "kernel.shmmax",
  "kernel.shmmni",
  "kernel.shm_rmid_forced",
]);

/** Only what lives in the task's own namespaces may be set, as on Fargate. */
export const kernelParameters = (
  controls: readonly { readonly namespace: string; readonly value: string }[],
): Readonly<Record<string, string>> => {
  for (const { namespace } of controls) {
    const spelled = /^[a-z0-9_]+(?:\.[A-Za-z0-9_-]+)+$/.test(namespace);
    const own = ipcControls.has(namespace) || namespace.startsWith("net.") || namespace.startsWith("fs.mqueue.");
    if (!spelled || !own) throw new Error(`the system control ${namespace} is not supported`);
  }
  return Object.fromEntries(controls.map(({ namespace, value }) => [namespace, value]));
};
