/** The command line of a container: overriding the entry point drops the image's own command, as in Docker. */
export const processArguments = (
  container: { readonly entryPoint?: readonly string[]; readonly command?: readonly string[] },
  image: { readonly entryPoint: readonly string[]; readonly command: readonly string[] },
): readonly string[] => {
  const overridden = container.entryPoint !== undefined && container.entryPoint.length > 0;
  const entryPoint = overridden ? container.entryPoint : image.entryPoint;
  const command = container.command !== undefined && container.command.length > 0 ? container.command : undefined;
  return [...(entryPoint ?? []), ...(command ?? (overridden ? [] : image.command))];
};

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface EnvironmentSources {
  readonly image: readonly string[];
  readonly injected: Readonly<Record<string, string>>;
  readonly task: readonly { readonly name: string; readonly value: string }[];
  readonly hostname: string;
  readonly home: string;
  readonly pseudoTerminal: boolean;
}

/** `NAME=value` lines, later sources over earlier ones: defaults, the image's, the agent's, the task's own. */
export const processEnvironment = (sources: EnvironmentSources): readonly string[] => {
  const variables = new Map<string, string>([
    ["PATH", defaultPath],
    ["HOSTNAME", sources.hostname],
    ["HOME", sources.home],
  ]);
  if (sources.pseudoTerminal) variables.set("TERM", "xterm");
  for (const line of sources.image) {
    const equals = line.indexOf("=");
    if (equals > 0) variables.set(line.slice(0, equals), line.slice(equals + 1));
  }
  for (const [name, value] of Object.entries(sources.injected)) variables.set(name, value);
  for (const { name, value } of sources.task) variables.set(name, value);
  return [...variables].map(([name, value]) => `${name}=${value}`);
};
