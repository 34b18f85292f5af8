import { randomUUID } from "node:crypto";
import {
  accountId,
  type Clock,
  type EndpointPassage,
  type EndpointPassages,
  type ImageAccess,
  type Region,
  type RegistryLogin,
  type SessionResult,
  type WorkloadId,
} from "@fleetless/kernel";
import type { Principal } from "../gateway/call.ts";
import type { RequiredPermission } from "../gateway/operation.ts";
import type { Authoriser } from "../gateway/ports.ts";
import {
  accessForNode,
  type EcrDependencies,
  permissionsToPull,
  type RegistryReference,
  readRegistryReference,
} from "../services/ecr/service.ts";
import type { Store } from "../state/store.ts";
import { conditionKeysOf, denialOf, passageTo, regionNamed, workloadPrincipal } from "./workload-principal.ts";
import { refusalOf, refuse } from "./workload-roles.ts";
import type { SecretValues } from "./workload-secrets.ts";
import { findWorkload } from "./workload-store.ts";

export interface WorkloadImageDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly authoriser: Authoriser;
  readonly registry: EcrDependencies;
  readonly secretValues: SecretValues;
}

type RolePrincipal = Principal & { readonly kind: "assumed-role" };

const initialisation = "ResourceInitializationError";
const cannotPull = "CannotPullContainerError";
const authFailure =
  "unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s):";
const mayNot =
  "The task can’t pull the image. Check that the role has the permissions to pull images from the registry.";
const isMissing = "The task can’t pull the image. Check whether the image exists.";

/** An image, and in whose name it is pulled. */
export interface ImageRequest {
  readonly accountId: string;
  readonly region: string;
  readonly image: string;
  readonly executionRoleArn: string | undefined;
  /** The execution role's; undefined where there is none that tasks may take. */
  readonly principal: RolePrincipal | undefined;
  readonly repositoryCredentials: string | undefined;
  readonly via?: EndpointPassages | undefined;
}

/**
 * How a node gets the image of a workload's container, under the workload's execution role where the image is our
 * registry's. A refusal's code is the name of ECS's error and its message ECS's wording.
 */
export const accessWorkloadImage = async (
  dependencies: WorkloadImageDependencies,
  id: WorkloadId,
  container: string,
  via?: EndpointPassages,
): Promise<SessionResult<ImageAccess>> => {
  const { record, principal } = await dependencies.store.read(async (transaction) => {
    const found = await findWorkload(transaction, id);
    return { record: found, principal: found && (await workloadPrincipal(transaction, found, "execution")) };
  });
  if (record === undefined) return refuse(cannotPull, `There is no workload ${id}.`);
  const spec = record.workload.containers.find(({ name }) => name === container);
  if (spec === undefined) return refuse(cannotPull, `The workload ${id} has no container ${container}.`);
  const { image, repositoryCredentials } = spec;
  const { executionRoleArn } = record.workload;
  const { accountId, region } = record;
  return accessImage(dependencies, {
    ...{ accountId, region, image, repositoryCredentials, executionRoleArn, principal },
    via,
  });
};

/** As for a workload's container, for whoever pulls under an execution role. */
export const accessImage = async (
  dependencies: WorkloadImageDependencies,
  { accountId, region, image, executionRoleArn, principal, repositoryCredentials, via }: ImageRequest,
): Promise<SessionResult<ImageAccess>> => {
  const own = { accountId, region, registryHost: dependencies.registry.registryHost() };
  const reference = readRegistryReference(image, own);
  if (reference === undefined && repositoryCredentials === undefined) {
    return { ok: true, value: { kind: "elsewhere" } };
  }
  if (principal === undefined) {
    const why =
      executionRoleArn === undefined
        ? "the task has no execution role"
        : `the execution role ${executionRoleArn} does not exist or does not trust ecs-tasks.amazonaws.com`;
    return refuse(initialisation, `${authFailure} ${why}`);
  }
  if (reference === undefined) {
    return await loginElsewhere(dependencies, principal, region, repositoryCredentials ?? "", via);
  }
  try {
    return await accessUnder(dependencies, principal, reference, image, via);
  } catch (thrown) {
    const { refusal } = refusalOf(thrown);
    return refuse(cannotPull, `${refusal.code}: ${refusal.message}`, refusal.retryable);
  }
};

/** The login of a registry that is not ours, out of a secret that the execution role may read. */
const loginElsewhere = async (
  { secretValues }: WorkloadImageDependencies,
  principal: RolePrincipal,
  regionName: string,
  secretArn: string,
  via: EndpointPassages | undefined,
): Promise<SessionResult<ImageAccess>> => {
  const failed = "unable to pull secrets or registry auth: execution resource retrieval failed:";
  const region = regionNamed(regionName);
  if (region === undefined) return refuse(initialisation, `${failed} there is no region ${regionName}`);
  try {
    const user = { principal, region, via, conditionKeys: (call: CallKeys) => conditionKeysOf(principal, call) };
    const login = registryLogin(await secretValues.read(user, secretArn));
    if (login !== undefined) return { ok: true, value: { kind: "elsewhere", credentials: login } };
    return refuse(
      initialisation,
      `${failed} unable to retrieve secret from asm: the secret ${secretArn} does not hold JSON with username and password`,
    );
  } catch (thrown) {
    const { refusal } = refusalOf(thrown);
    return refuse(initialisation, `${failed} ${refusal.message}`, refusal.retryable);
  }
};

type CallKeys = Parameters<typeof conditionKeysOf>[1];

const registryLogin = (value: Buffer): RegistryLogin | undefined => {
  let fields: unknown;
  try {
    fields = JSON.parse(value.toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof fields !== "object" || fields === null || !("username" in fields) || !("password" in fields)) {
    return undefined;
  }
  const { username, password } = fields;
  return typeof username === "string" && typeof password === "string" ? { username, password } : undefined;
};

/** What the gateway endpoint of S3 has to let through; ECR's own links to layers need no permission of the role. */
const layersOf = (region: Region, endpoint: EndpointPassage | undefined): readonly RequiredPermission[] => {
  if (endpoint?.policy === undefined) return [];
  const endpointPolicy = { endpointId: endpoint.endpointId, document: endpoint.policy, alone: true };
  const resources = [`arn:aws:s3:::prod-${region}-starport-layer-bucket/*`];
  return [{ action: "s3:GetObject", resources, endpointPolicy }];
};

const accessUnder = async (
  dependencies: WorkloadImageDependencies,
  principal: RolePrincipal,
  reference: RegistryReference,
  shown: string,
  via: EndpointPassages | undefined,
): Promise<SessionResult<ImageAccess>> => {
  const { authoriser, registry, clock } = dependencies;
  const region = regionNamed(reference.scope.region);
  if (region === undefined) return refuse(cannotPull, `There is no region ${reference.scope.region}.`);
  const call = { region, now: clock.now() };
  const { login, pull } = await permissionsToPull(registry, reference);
  const passed = (service: string) => ({ ...call, endpoint: passageTo(via, service, region) });
  const noLogin = await denialOf(authoriser, principal, [login], passed("ecr.api"));
  if (noLogin !== undefined) {
    const request = `status code: 400, request id: ${randomUUID()}`;
    return refuse(initialisation, `${authFailure} AccessDeniedException: ${noLogin} ${request}`);
  }
  const failed = `ref pull has been retried 1 time(s): failed to resolve ref ${shown}:`;
  const denial = await denialOf(authoriser, principal, pull, passed("ecr.dkr"));
  if (denial !== undefined) {
    const status = "unexpected status from GET request: 403 Forbidden - Server message: denied:";
    return refuse(cannotPull, `${mayNot} ${failed} ${status} ${denial}`);
  }
  const noLayers = await denialOf(authoriser, principal, layersOf(region, passed("s3").endpoint), passed("s3"));
  if (noLayers !== undefined) {
    const url = `https://prod-${region}-starport-layer-bucket.s3.${region}.amazonaws.com/`;
    const copying = "ref pull has been retried 1 time(s): failed to copy: httpReaderSeeker: failed open:";
    return refuse(cannotPull, `${mayNot} ${copying} unexpected status code ${url}: 403 Forbidden - ${noLayers}`);
  }
  const bearer = { principal: { ...principal, accountId: accountId(principal.accountId) }, region };
  const access = await accessForNode(registry, reference, bearer);
  if (access === undefined) return refuse(cannotPull, `${isMissing} ${failed} ${shown}: not found`);
  return { ok: true, value: access };
};
