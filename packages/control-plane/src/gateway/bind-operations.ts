import type { BoundOperation, Operation } from "./operation.ts";

/**
 * The operations of an SDK's package by name, with the SDK's own types for input and output:
 * `{ AssumeRole: assumeRole } satisfies OperationsOf<typeof import("@aws-sdk/client-sts"), Dependencies>`.
 */
export type OperationsOf<Sdk, Dependencies> = {
  readonly [Key in keyof Sdk as Key extends `${infer Name}Command` ? Name : never]?: Sdk[Key] extends new (
    input: infer Input extends object,
    ...rest: never[]
  ) => {
    readonly resolveMiddleware: (...args: never[]) => (input: never) => Promise<{ readonly output: infer Output }>;
  }
    ? Operation<Dependencies, Input, Omit<Output, "$metadata">>
    : Operation<Dependencies, never, unknown>;
};

/** Binds a service's operations to what they depend on, as the gateway needs them. */
export const bindOperations = <Dependencies>(
  dependencies: Dependencies,
  operations: Readonly<Record<string, Operation<Dependencies, never, unknown>>>,
): ReadonlyMap<string, BoundOperation> => {
  const bound = new Map<string, BoundOperation>();
  for (const [name, operation] of Object.entries(operations)) bound.set(name, bind(dependencies, operation));
  return bound;
};

/** The codec has made the input by the schema from which its type was generated, which the checker cannot see. */
const bind = <Dependencies>(
  dependencies: Dependencies,
  { authorise, handle }: Operation<Dependencies, never, unknown>,
): BoundOperation => ({
  authorise: authorise.kind === "permissions" ? { kind: "permissions", permissions: authorise.permissions } : authorise,
  permissions: async (input, call) =>
    authorise.kind === "permissions" ? authorise.permissions(input as never, call, dependencies) : [],
  handle: (input, call) => handle(input as never, call, dependencies),
});
