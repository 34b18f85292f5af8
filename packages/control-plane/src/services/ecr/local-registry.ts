import { randomUUID } from "node:crypto";
import type { AccountId, ImageAccess, Region } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { EcrDependencies } from "./dependencies.ts";
import { invalidParameter } from "./errors.ts";
import { type PushedContent, type PushSource, pushImage } from "./images/push-image.ts";
import { accessForNode, type RegistryReference, readRegistryReference } from "./node-access.ts";

interface PushedImage {
  /** As docker on this machine names it. */
  readonly reference: string;
  /** As AWS does. */
  readonly awsReference: string;
  readonly digest: string;
  readonly createdRepository: boolean;
}

/** The registry for whoever owns the machine: as the account's root user. */
export interface LocalRegistry {
  /** `name` is `<repository>[:<tag>]`, or either form of a reference of this registry. Throws ServiceError. */
  push(name: string, target: PushedContent, source: PushSource): Promise<PushedImage>;
  /** How a node gets an image. Throws ServiceError where it should be in this registry and is not. */
  imageAccess(reference: string): Promise<ImageAccess>;
}

export interface LocalRegistryOptions {
  readonly ecr: EcrDependencies;
  readonly accountId: AccountId;
  readonly region: Region;
}

export const createLocalRegistry = ({ ecr, accountId, region }: LocalRegistryOptions): LocalRegistry => {
  const own = () => ({ accountId, region, registryHost: ecr.registryHost() });
  const call = (): Call => ({
    requestId: randomUUID(),
    accountId,
    region,
    principal: { kind: "root", accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId },
    accessKeyId: "",
    sourceAddress: "127.0.0.1",
    host: ecr.registryHost(),
    userAgent: "fleetless",
    clock: ecr.clock,
  });
  const nameOf = (name: string): RegistryReference => {
    const found = readRegistryReference(name, own()) ?? readRegistryReference(`${ecr.registryHost()}/${name}`, own());
    if (found?.id.tag === undefined) {
      throw invalidParameter(`${name.slice(0, 300)} is no repository of this registry with a tag, such as web:1`);
    }
    return found;
  };
  return {
    push: async (name, target, source) => {
      const { repository, id, name: awsReference } = nameOf(name);
      const tag = id.tag ?? "latest";
      const { createdRepository } = await pushImage(ecr, call(), { repositoryName: repository, tag, target, source });
      return {
        reference: `${ecr.registryHost()}/${repository}:${tag}`,
        awsReference,
        digest: target.digest,
        createdRepository,
      };
    },
    imageAccess: async (reference) => {
      const found = readRegistryReference(reference, own());
      if (found === undefined) return { kind: "elsewhere" };
      const access = await accessForNode(ecr, found, call());
      if (access === undefined) throw invalidParameter(`There is no image ${reference} in the registry`);
      return access;
    },
  };
};
