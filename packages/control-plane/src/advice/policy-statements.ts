/** A statement of an advised policy. */
interface AdvisedStatement {
  readonly Effect: "Allow";
  readonly Principal?: { readonly AWS: string };
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export interface AdvisedPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly AdvisedStatement[];
}

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? (values[0] ?? "") : values;

/** The fewest statements that allow just these actions, each on its resources. */
export const policyOf = (
  permissions: readonly { readonly action: string; readonly resource: string }[],
): AdvisedPolicy => {
  const resourcesOf = new Map<string, Set<string>>();
  for (const { action, resource } of permissions) {
    const known = resourcesOf.get(action) ?? new Set();
    resourcesOf.set(action, known.add(resource));
  }
  const actionsOn = new Map<string, { actions: string[]; resources: string[] }>();
  for (const [action, set] of [...resourcesOf].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    const resources = set.has("*") ? ["*"] : [...set].toSorted();
    const key = resources.join("\n");
    const known = actionsOn.get(key);
    if (known === undefined) actionsOn.set(key, { actions: [action], resources });
    else known.actions.push(action);
  }
  return {
    Version: "2012-10-17",
    Statement: [...actionsOn.values()].map(({ actions, resources }) => ({
      Effect: "Allow",
      Action: oneOrMany(actions),
      Resource: oneOrMany(resources),
    })),
  };
};
