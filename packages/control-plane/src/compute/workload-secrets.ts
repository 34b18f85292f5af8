import {
  type Clock,
  type ContainerSecrets,
  type EndpointPassage,
  type EndpointPassages,
  type Region,
  ServiceError,
  type SessionResult,
  type WorkloadId,
} from "@fleetless/kernel";
import type { Principal } from "../gateway/call.ts";
import type { GlobalConditionKeys } from "../gateway/ports.ts";
import type { Store } from "../state/store.ts";
import { conditionKeysOf, regionNamed, workloadPrincipal } from "./workload-principal.ts";
import { refusalOf, refuse } from "./workload-roles.ts";
import { findWorkload, readStatus } from "./workload-store.ts";

type RolePrincipal = Principal & { readonly kind: "assumed-role" };

/** In whose name, and from which region, a secret is read. */
interface SecretUser {
  readonly principal: RolePrincipal;
  readonly region: Region;
  readonly via?: EndpointPassages | undefined;
  readonly conditionKeys: (call: {
    readonly region: string;
    readonly now: number;
    readonly endpoint?: EndpointPassage | undefined;
  }) => GlobalConditionKeys;
}

/** Where the values of secrets come from; Fleetless's own services give them. */
export interface SecretValues {
  /** The bytes of what `valueFrom` names. Throws ServiceErrors whose message is ECS's wording. */
  read(user: SecretUser, valueFrom: string): Promise<Buffer>;
  /** Another text after every change of a secret or parameter. */
  version(): Promise<string>;
  close(): void;
}

export interface WorkloadSecretDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly secretValues: SecretValues;
}

const initialisation = "ResourceInitializationError";
const failed = "unable to pull secrets or registry auth: execution resource retrieval failed:";

/** The values of a container's secrets under the workload's execution role, as long as the workload is not stopped. */
export const readContainerSecrets = async (
  { store, secretValues }: WorkloadSecretDependencies,
  id: WorkloadId,
  container: string,
  via?: EndpointPassages,
): Promise<SessionResult<ContainerSecrets>> => {
  const { record, status, principal } = await store.read(async (transaction) => {
    const found = await findWorkload(transaction, id);
    return {
      record: found,
      status: await readStatus(transaction, id),
      principal: found && (await workloadPrincipal(transaction, found, "execution")),
    };
  });
  const spec = record?.workload.containers.find(({ name }) => name === container);
  if (record === undefined || spec === undefined || status?.phase === "STOPPED") {
    return refuse(initialisation, `${failed} the task ${id} does not run a container ${container}`);
  }
  const region = regionNamed(record.region);
  if (principal === undefined || region === undefined) {
    const role = record.workload.executionRoleArn ?? "";
    return refuse(
      initialisation,
      `${failed} the execution role ${role} does not exist or does not trust ecs-tasks.amazonaws.com`,
    );
  }
  const user: SecretUser = { principal, region, via, conditionKeys: (call) => conditionKeysOf(principal, call) };
  try {
    const environment = [];
    for (const { name, valueFrom } of spec.secrets ?? []) {
      environment.push({ name, value: asVariable(name, await secretValues.read(user, valueFrom)) });
    }
    const files = [];
    for (const { path, valueFrom } of spec.secretFiles ?? []) {
      files.push({ path, content: (await secretValues.read(user, valueFrom)).toString("base64") });
    }
    return { ok: true, value: { environment, files } };
  } catch (thrown) {
    const { refusal } = refusalOf(thrown);
    return refuse(initialisation, `${failed} ${refusal.message}`, refusal.retryable);
  }
};

const asVariable = (name: string, value: Buffer): string => {
  const text = value.toString("utf8");
  if (value.includes(0) || !Buffer.from(text, "utf8").equals(value)) {
    throw new ServiceError(
      initialisation,
      400,
      `the value of the secret ${name} is not text, which a variable of the environment has to be`,
    );
  }
  return text;
};
