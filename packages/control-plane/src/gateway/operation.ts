import type { EndpointPassage } from "@fleetless/kernel";
import type { Call } from "./call.ts";

/** One permission that a call needs: every one of an operation's must be allowed. */
export interface RequiredPermission {
  /** `ecs:RunTask` */
  readonly action: string;
  /** ARNs, or `*` where the action has no resource. */
  readonly resources: readonly string[];
  /** Condition keys and their values, such as `{"ecs:cluster": [arn]}`; the global keys are added by the gateway. */
  readonly conditionKeys?: Readonly<Record<string, readonly string[]>>;
  /** Goes before what the service's `resourcePolicyOf` tells. */
  readonly resourcePolicy?: ResourcePolicy;
  readonly endpointPolicy?: EndpointPolicy;
}

/** The policy of the VPC endpoint that a call came through: nothing passes that it does not allow. */
interface EndpointPolicy {
  readonly endpointId: string;
  readonly document: string;
  /** No other policy is asked: the call is one that anyone may make. */
  readonly alone?: boolean;
}

/** Permissions of a call that came through an endpoint. */
export const throughEndpoint = (
  permissions: readonly RequiredPermission[],
  endpoint: EndpointPassage | undefined,
): readonly RequiredPermission[] => {
  if (endpoint?.policy === undefined) return permissions;
  const endpointPolicy = { endpointId: endpoint.endpointId, document: endpoint.policy };
  return permissions.map((each) => ({ ...each, endpointPolicy }));
};

/**
 * A resource's own policy, such as a secret's, a repository's or a role's trust policy. It allows what it allows
 * beside the identity's policies; to callers of other accounts it must.
 */
interface ResourcePolicy {
  readonly document: string;
  /**
   * Nothing is allowed that this policy does not allow, and the identity's policies count only where it names the
   * account: a KMS key's policy, a role's trust policy.
   */
  readonly required: boolean;
  /** What it is called in a denial; `the resource's policy` where not given. */
  readonly name?: string;
  /** Whose it is; by the resource's ARN where not given. */
  readonly accountId?: string;
}

/** The policy of what an ARN names; undefined where there is no such thing, or it has no policy. */
export type ResourcePolicyOf = (arn: string) => Promise<ResourcePolicy | undefined>;

export type Authorisation<Input, Dependencies> =
  | {
      readonly kind: "permissions";
      readonly permissions: (
        input: Input,
        call: Call,
        dependencies: Dependencies,
      ) => readonly RequiredPermission[] | Promise<readonly RequiredPermission[]>;
    }
  /** AWS lets every authenticated caller do this, as with sts:GetCallerIdentity. */
  | { readonly kind: "anyone"; readonly because: string }
  /** The call needs no signature either: what it carries proves who makes it, as sts:AssumeRoleWithWebIdentity does. */
  | { readonly kind: "unsigned"; readonly because: string };

/**
 * One operation of a service: `input` has been parsed and checked against the SDK's schema, the caller is
 * authenticated and authorised, and what `handle` answers is encoded by the same schema.
 * Throws ServiceErrors of the service's catalogue.
 */
export interface Operation<Dependencies, Input, Output> {
  readonly authorise: Authorisation<Input, Dependencies>;
  readonly handle: (input: Input, call: Call, dependencies: Dependencies) => Promise<Output>;
}

export const defineOperation = <Dependencies, Input, Output>(
  operation: Operation<Dependencies, Input, Output>,
): Operation<Dependencies, Input, Output> => operation;

/** The usual case: one action on resources that the input names. */
export const permission = <Input, Dependencies>(
  action: string,
  resources: (input: Input, call: Call, dependencies: Dependencies) => readonly string[],
  conditionKeys?: (input: Input, call: Call, dependencies: Dependencies) => Readonly<Record<string, readonly string[]>>,
): Authorisation<Input, Dependencies> => ({
  kind: "permissions",
  permissions: (input, call, dependencies) => [
    {
      action,
      resources: resources(input, call, dependencies),
      ...(conditionKeys ? { conditionKeys: conditionKeys(input, call, dependencies) } : {}),
    },
  ],
});

export const anyone = (because: string): Authorisation<unknown, unknown> => ({ kind: "anyone", because });

export const unsigned = (because: string): Authorisation<unknown, unknown> => ({ kind: "unsigned", because });

/** What the gateway needs of an operation once its dependencies are bound to it. */
export interface BoundOperation {
  readonly authorise: Authorisation<never, never>;
  /** The permissions a call needs; empty where anyone may. */
  readonly permissions: (input: unknown, call: Call) => Promise<readonly RequiredPermission[]>;
  readonly handle: (input: unknown, call: Call) => Promise<unknown>;
}
