/** What a container has unless it drops it: Docker's default set, which Fargate keeps. */
export const defaultCapabilities: readonly string[] = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FSETID",
  "FOWNER",
  "MKNOD",
  "NET_RAW",
  "SETGID",
  "SETUID",
  "SETFCAP",
  "SETPCAP",
  "NET_BIND_SERVICE",
  "SYS_CHROOT",
  "KILL",
  "AUDIT_WRITE",
];

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html */
const addable = new Set(["SYS_PTRACE"]);

const shortName = (name: string): string => name.toUpperCase().replace(/^CAP_/, "");

/** The bounding set as `CAP_…`. Adding anything but SYS_PTRACE throws: Fargate allows nothing else. */
export const capabilitiesOf = (add: readonly string[], drop: readonly string[]): readonly string[] => {
  for (const name of add.map(shortName))
    if (!addable.has(name)) throw new Error(`the capability ${name} cannot be added; only SYS_PTRACE is supported`);
  const dropped = new Set(drop.map(shortName));
  const all = [...new Set([...(dropped.has("ALL") ? [] : defaultCapabilities), ...add.map(shortName)])];
  return all.filter((name) => !dropped.has(name)).map((name) => `CAP_${name}`);
};
