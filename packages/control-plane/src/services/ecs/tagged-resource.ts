import { parseArn, ServiceError } from "@fleetless/kernel";
import type { Compute } from "../../compute/service.ts";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import type { Tags } from "./collections.ts";
import { clusterNotFound, invalidParameter, notSupportedYet, resourceNotFound } from "./errors.ts";
import { clusterKey, type Scope, taskDefinitionReference, taskIdOf } from "./identifiers.ts";
import { findCluster, findTask, findTaskDefinition, saveCluster, saveTask, saveTaskDefinition } from "./repository.ts";

export interface TaggedResource {
  readonly tags: Tags;
  /** Keeps other tags for the resource. */
  save(transaction: Transaction, tags: Tags): Promise<void>;
}

const clusterByName = async (transaction: ReadTransaction, scope: Scope, name: string): Promise<TaggedResource> => {
  const cluster = await findCluster(transaction, scope, name);
  if (cluster?.status !== "ACTIVE") throw clusterNotFound();
  return { tags: cluster.tags, save: async (writer, tags) => saveCluster(writer, scope, { ...cluster, tags }) };
};

const taskByPath = async (
  transaction: ReadTransaction,
  compute: Compute,
  scope: Scope,
  path: string,
): Promise<TaggedResource> => {
  const [cluster = "", text = "", more] = path.split("/");
  const id = more === undefined ? taskIdOf(scope, cluster, text) : undefined;
  const task = id && (await findTask(transaction, clusterKey(scope, cluster), id));
  if (task === undefined) throw resourceNotFound("task");
  return {
    tags: task.tags,
    save: (writer, tags) => {
      saveTask(writer, { ...task, tags, version: task.version + 1 });
      return compute.retagWorkload(writer, task.id, tags);
    },
  };
};

const definitionByName = async (transaction: ReadTransaction, scope: Scope, name: string): Promise<TaggedResource> => {
  const reference = name.startsWith("arn:") ? undefined : taskDefinitionReference(scope, name);
  const definition =
    reference?.revision === undefined ? undefined : await findTaskDefinition(transaction, scope, reference);
  if (definition === undefined) throw resourceNotFound("task definition");
  return {
    tags: definition.tags,
    save: async (writer, tags) => saveTaskDefinition(writer, scope, { ...definition, tags }),
  };
};

/**
 * What an ARN names, as far as it can have tags. Throws ECS's errors, and for any other spelling of an ARN too:
 * the caller's permissions were decided on this one.
 */
export const findTaggedResource = (
  transaction: ReadTransaction,
  compute: Compute,
  scope: Scope,
  text: string | undefined,
): Promise<TaggedResource> => {
  const arn = parseArn(text ?? "");
  if (
    arn?.partition !== "aws" ||
    arn.service !== "ecs" ||
    arn.accountId !== scope.accountId ||
    arn.region !== scope.region
  ) {
    throw invalidParameter(`Invalid resource ARN: ${text ?? ""}`);
  }
  const slash = arn.resource.indexOf("/");
  const [type, name] = [arn.resource.slice(0, slash), arn.resource.slice(slash + 1)];
  switch (type) {
    case "cluster":
      return clusterByName(transaction, scope, name);
    case "task":
      return taskByPath(transaction, compute, scope, name);
    case "task-definition":
      return definitionByName(transaction, scope, name);
    default:
      throw notSupportedYet(`Tags on a resource of the type '${type}'`);
  }
};

/** The tags of a cluster, a task or a task definition by ARN; undefined where there is none. */
export const tagsOfArn = async (
  transaction: ReadTransaction,
  compute: Compute,
  text: string,
): Promise<Tags | undefined> => {
  const arn = parseArn(text);
  if (arn === undefined) return undefined;
  try {
    return (await findTaggedResource(transaction, compute, arn, text)).tags;
  } catch (thrown) {
    if (thrown instanceof ServiceError) return undefined;
    throw thrown;
  }
};
