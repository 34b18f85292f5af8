type ConditionKeys = Readonly<Record<string, readonly string[]>>;

/**
 * `aws:TagKeys` and `aws:RequestTag/<key>` of the tags that a request gives, every value of a key that comes more
 * than once; nothing where it gives none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requesttag
 */
export const requestTagKeys = (tags: readonly (readonly [key: string, value: string])[]): ConditionKeys => {
  if (tags.length === 0) return {};
  const values = new Map<string, string[]>([["aws:TagKeys", tags.map(([key]) => key)]]);
  for (const [key, value] of tags) {
    const name = `aws:RequestTag/${key}`;
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries(values);
};
