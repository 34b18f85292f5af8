import { type ContainerRule, firstDuplicate, outside } from "./rule.ts";
import { secretFileProblem } from "./secret-files.ts";
import { parseSecretReference } from "./secret-references.ts";

const setting = (name: string | undefined, what: string): string => `Invalid setting for container '${name}'. ${what}`;

const nameAndImage: ContainerRule = ({ name, image }) => {
  if (!name) return "Container.name should not be null or empty.";
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) return "Container.name contains invalid characters.";
  if (!image) return "Container.image should not be null or empty.";
  if (image.length > 255) return "Container.image repository is invalid.";
  return /^[A-Za-z0-9_\-:./#@]+$/.test(image) ? undefined : "Container.image contains invalid characters.";
};

const limits: ContainerRule = ({ name, cpu, memory, memoryReservation }) => {
  if (outside(cpu, 0, 1_000_000)) return setting(name, "'cpu' must not be negative.");
  if (outside(memory, 6, 10_000_000)) return setting(name, "'memory' must be at least 6.");
  if (outside(memoryReservation, 6, 10_000_000)) return setting(name, "'memoryReservation' must be at least 6.");
  return memory !== undefined && memoryReservation !== undefined && memory < memoryReservation
    ? setting(name, "'memory' must be greater than or equal to 'memoryReservation'.")
    : undefined;
};

const portMappings: ContainerRule = ({ name, portMappings: mappings = [] }) => {
  if (mappings.length > 100) return setting(name, "At most 100 port mappings are allowed.");
  for (const { containerPort, hostPort, name: portName } of mappings) {
    if (containerPort === undefined || outside(containerPort, 1, 65_535)) {
      return setting(name, "'containerPort' must be between 1 and 65535.");
    }
    if (outside(hostPort, 0, 65_535)) return setting(name, "'hostPort' must be between 0 and 65535.");
    if (portName !== undefined && !/^[a-z0-9_][a-z0-9_-]{0,63}$/.test(portName)) {
      return setting(name, "The name of a port mapping has up to 64 lower-case letters, digits, _ and -.");
    }
  }
  const names = mappings.flatMap((mapping) => mapping.name ?? []);
  const twice = firstDuplicate(names);
  return twice === undefined ? undefined : setting(name, `The port mapping name '${twice}' is used more than once.`);
};

const healthCheck: ContainerRule = ({ name, healthCheck: check }) => {
  if (check === undefined) return undefined;
  const [kind, ...rest] = check.command ?? [];
  if ((kind !== "CMD" && kind !== "CMD-SHELL") || rest.length === 0 || (kind === "CMD-SHELL" && rest.length > 1)) {
    return setting(name, "The health check's command must be CMD with arguments or CMD-SHELL with one string.");
  }
  if (outside(check.interval, 5, 300)) return setting(name, "The health check's interval must be between 5 and 300.");
  if (outside(check.timeout, 2, 60)) return setting(name, "The health check's timeout must be between 2 and 60.");
  if (outside(check.retries, 1, 10)) return setting(name, "The health check's retries must be between 1 and 10.");
  return outside(check.startPeriod, 0, 300)
    ? setting(name, "The health check's startPeriod must be between 0 and 300.")
    : undefined;
};

const restartPolicy: ContainerRule = ({ name, restartPolicy: policy }) => {
  if (policy === undefined) return undefined;
  if ((policy.ignoredExitCodes ?? []).length > 50) {
    return setting(name, "The restart policy allows at most 50 ignoredExitCodes.");
  }
  if ((policy.ignoredExitCodes ?? []).some((code) => outside(code, 0, 255))) {
    return setting(name, "The restart policy's ignoredExitCodes must be between 0 and 255.");
  }
  return outside(policy.restartAttemptPeriod, 60, 1_800)
    ? setting(name, "The restart policy's restartAttemptPeriod must be between 60 and 1800.")
    : undefined;
};

const ulimits: ContainerRule = ({ name, ulimits: limitsGiven = [] }) => {
  const twice = firstDuplicate(limitsGiven.map((limit) => limit.name ?? ""));
  if (twice !== undefined) return setting(name, `The ulimit '${twice}' is given more than once.`);
  for (const { name: limit, softLimit = 0, hardLimit = 0 } of limitsGiven) {
    if (outside(softLimit, -1, Number.MAX_SAFE_INTEGER) || outside(hardLimit, -1, Number.MAX_SAFE_INTEGER)) {
      return setting(name, `The ulimit '${limit}' must not be negative.`);
    }
    if (hardLimit !== -1 && (softLimit === -1 || softLimit > hardLimit)) {
      return setting(name, `The soft limit of the ulimit '${limit}' must not be greater than its hard limit.`);
    }
  }
  return undefined;
};

const environment: ContainerRule = ({ name, environment: variables = [], dockerLabels = {} }) => {
  if (variables.some((variable) => !variable.name))
    return "Container environment variable name should not be null or empty.";
  if (variables.some((variable) => /[=\0]/.test(variable.name ?? "") || (variable.value ?? "").includes("\0"))) {
    return setting(name, "The name of an environment variable must not contain '='.");
  }
  return Object.keys(dockerLabels).includes("") ? setting(name, "A docker label must have a name.") : undefined;
};

const commands: ContainerRule = ({ name, command = [], entryPoint = [], workingDirectory, user }) => {
  const words = [...command, ...entryPoint, workingDirectory ?? "", user ?? ""];
  if (words.some((word) => word.includes("\0"))) return setting(name, "A command must not contain a null character.");
  if (user !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/.test(user)) {
    return setting(name, "'user' must be user, user:group, uid, uid:gid, user:gid or uid:group.");
  }
  return workingDirectory !== undefined && !workingDirectory.startsWith("/")
    ? setting(name, "'workingDirectory' must be an absolute path.")
    : undefined;
};

const systemControls: ContainerRule = ({ name, systemControls: controls = [] }) => {
  const wrong = controls.find(
    ({ namespace, value }) => !namespace || value === undefined || /[^\w.\-/]/.test(namespace),
  );
  return wrong === undefined ? undefined : setting(name, "A system control must have a namespace and a value.");
};

const tmpfs: ContainerRule = ({ name, linuxParameters }) => {
  for (const mount of linuxParameters?.tmpfs ?? []) {
    if (!mount.containerPath?.startsWith("/")) return setting(name, "A tmpfs must have an absolute containerPath.");
    if (mount.size === undefined || outside(mount.size, 1, 131_072)) {
      return setting(name, "The size of a tmpfs must be at least 1 MiB.");
    }
    const unknown = (mount.mountOptions ?? []).find((option) => !tmpfsOptions.test(option));
    if (unknown !== undefined) return setting(name, `The mount option '${unknown}' is not valid for a tmpfs.`);
  }
  return undefined;
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html */
const tmpfsOptions = new RegExp(
  "^(defaults|ro|rw|suid|nosuid|dev|nodev|exec|noexec|sync|async|dirsync|remount|mand|nomand|atime|noatime|" +
    "diratime|nodiratime|bind|rbind|unbindable|runbindable|private|rprivate|shared|rshared|slave|rslave|" +
    "relatime|norelatime|strictatime|nostrictatime|(mode|uid|gid|nr_inodes|nr_blocks|mpol)=[\\w,:]+)$",
);

const logConfiguration: ContainerRule = ({ logConfiguration: configuration }) => {
  if (configuration?.logDriver !== "awslogs") return undefined;
  const missing = ["awslogs-region", "awslogs-group"].filter((option) => !configuration.options?.[option]);
  return missing.length === 0 ? undefined : `Log driver awslogs requires options: ${missing.join(", ")}`;
};

const secrets: ContainerRule = (container, { executionRoleArn }) => {
  const { name, secrets: given = [], environment: variables = [] } = container;
  if (given.length === 0) return secretFileProblem(container);
  if (executionRoleArn === undefined) {
    return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
  }
  for (const { name: secret, valueFrom } of given) {
    if (!secret) return "Container secret name should not be null or empty.";
    if (/[=\0]/.test(secret)) return setting(name, "The name of a secret must not contain '='.");
    if (valueFrom === undefined || parseSecretReference(valueFrom) === undefined) {
      return `The Systems Manager parameter name specified for secret ${secret} is invalid. The parameter name can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-,`;
    }
  }
  const shared = firstDuplicate([...given, ...variables].map((variable) => variable.name ?? ""));
  return shared === undefined
    ? secretFileProblem(container)
    : `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${shared}'.`;
};

/** What holds of every container, whatever it runs on, in the order in which they are checked. */
export const containerRules: readonly ContainerRule[] = [
  nameAndImage,
  limits,
  portMappings,
  environment,
  commands,
  healthCheck,
  restartPolicy,
  ulimits,
  systemControls,
  tmpfs,
  logConfiguration,
  secrets,
];
