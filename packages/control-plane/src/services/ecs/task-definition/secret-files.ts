import type { ContainerDefinition } from "@aws-sdk/client-ecs";

/** `fleetless.secret-file.<name of the secret>` with the path of a file in the container for its value. */
const prefix = "fleetless.secret-file.";

/** Directories that an image needs: what is mounted over one of them hides what it holds. */
const taken: ReadonlySet<string> = new Set(
  "/ /bin /boot /dev /etc /home /lib /lib64 /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin /usr/lib /var".split(
    " ",
  ),
);

/** By the name of a secret, the path of the file that holds its value in place of the environment. */
export const secretFilePaths = ({ dockerLabels = {} }: ContainerDefinition): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(dockerLabels).flatMap(([label, path]) =>
      label.startsWith(prefix) ? [[label.slice(prefix.length), path] as const] : [],
    ),
  );

const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";

const pathProblem = (path: string): string | undefined => {
  if (!/^(\/[\w.@+-]{1,255})+$/.test(path) || path.length > 1024 || /\/\.{1,2}(\/|$)/.test(path)) {
    return `'${path.slice(0, 200)}' is not an absolute path of plain names`;
  }
  const directory = directoryOf(path);
  return taken.has(directory) || /^\/(proc|sys|dev)\//.test(directory)
    ? `'${path}' would hide what the image has in ${directory}: choose a directory of its own, such as /run/secrets`
    : undefined;
};

/** What is wrong with the files that a container wants for its secrets; undefined where nothing is. */
export const secretFileProblem = (container: ContainerDefinition): string | undefined => {
  const names = new Set((container.secrets ?? []).map(({ name }) => name));
  const mounted = new Set((container.mountPoints ?? []).map(({ containerPath }) => containerPath));
  const files = [...secretFilePaths(container)];
  for (const [name, path] of files) {
    if (!names.has(name)) return `The label ${prefix}${name} names no secret of the container.`;
    const problem = pathProblem(path);
    if (problem !== undefined) return `The label ${prefix}${name} cannot be followed: ${problem}.`;
    if (mounted.has(directoryOf(path))) return `The label ${prefix}${name} names a path on a mount point.`;
  }
  const paths = files.map(([, path]) => path);
  return new Set(paths).size === paths.length ? undefined : `Two labels ${prefix}… name the same path.`;
};
