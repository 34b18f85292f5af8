import type { BoundOperation, ResourcePolicyOf } from "./operation.ts";
import type { TagsOfResource } from "./resource-tags.ts";

/** One AWS service: its manifest, and all that the gateway and the composition root know of it. */
export interface Service {
  /** The name in the SigV4 credential scope, such as `ecs` or `logs`. */
  readonly signingName: string;
  /** The SDK package whose schemas describe every operation of the service; imported when first called. */
  readonly model: () => Promise<object>;
  /** By operation name. One that the model has and this map has not answers a clear unsupported-operation error. */
  readonly operations: ReadonlyMap<string, BoundOperation>;
  /** Operations that only keep what they are given, for the table in docs/compatibility. */
  readonly storedOnly?: ReadonlySet<string>;
  readonly controllers: readonly Controller[];
  /** For conditions on the tags of resources. */
  readonly tagsOf?: TagsOfResource;
  /** For services whose resources have policies of their own: asked for each resource of a permission. */
  readonly resourcePolicyOf?: ResourcePolicyOf;
}

/** A level-triggered loop. `start` returns at once; `stop` resolves when nothing of it runs any more. */
export interface Controller {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
}
