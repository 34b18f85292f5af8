/**
 * A repository's policy names no resource, since there is only the repository: the evaluator wants one in each
 * statement. https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
export const onResource = (text: string, arn: string): string => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return text;
  }
  if (!isFields(document)) return text;
  const { Statement: statement } = document;
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  const named = statements.map((each) => (isFields(each) && !("Resource" in each) ? { ...each, Resource: arn } : each));
  return JSON.stringify({ ...document, Statement: named });
};

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
