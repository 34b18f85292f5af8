type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const statementsOf = (text: string): readonly unknown[] => {
  const document: unknown = JSON.parse(text);
  if (!isFields(document)) return [document];
  const { Statement: statement } = document;
  return Array.isArray(statement) ? statement : [statement];
};

/**
 * A repository's policy names no resource, since there is only the repository: the evaluator wants one in each
 * statement. Throws SyntaxError for what is not JSON.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
export const onResource = (text: string, arn: string): string => {
  const document: unknown = JSON.parse(text);
  if (!isFields(document)) return text;
  const named = statementsOf(text).map((each) =>
    isFields(each) && !("Resource" in each) && !("NotResource" in each) ? { ...each, Resource: arn } : each,
  );
  return JSON.stringify({ ...document, Statement: named });
};

/** The first action of a policy that is none of ECR's. Throws SyntaxError for what is not JSON. */
export const foreignAction = (text: string): string | undefined =>
  statementsOf(text)
    .filter(isFields)
    .flatMap(({ Action: action, NotAction: notAction }) => [action, notAction].flat())
    .filter((action) => typeof action === "string")
    .find((action) => action !== "*" && !/^ecr:/i.test(action));

/** One document of a repository's policy and its registry's; undefined where there is neither. */
export const joinPolicies = (
  arn: string,
  repositoryPolicy: string | undefined,
  registryPolicy: string | undefined,
): string | undefined => {
  const own = repositoryPolicy === undefined ? undefined : onResource(repositoryPolicy, arn);
  if (own === undefined || registryPolicy === undefined) return own ?? registryPolicy;
  const unnamed = (text: string): readonly unknown[] =>
    statementsOf(text).map((each) => {
      if (!isFields(each)) return each;
      const { Sid: _sid, ...statement } = each;
      return statement;
    });
  return JSON.stringify({ Version: "2012-10-17", Statement: [...unnamed(own), ...unnamed(registryPolicy)] });
};
