import type { WayOut } from "@fleetless/engine";
import {
  type ControlPlaneSession,
  parseArn,
  type SessionRefusal,
  type Workload,
  type WorkloadId,
} from "@fleetless/kernel";
import { imageOrigin } from "./image-origin.ts";
import {
  noWayToImage,
  noWayToLayers,
  noWayToLogs,
  noWayToParameterStore,
  noWayToRegistryAuth,
  noWayToSecretsManager,
} from "./refusals.ts";
import type { TaskWays } from "./task-ways.ts";

export interface SessionByWaysOptions {
  readonly session: ControlPlaneSession;
  readonly ways: TaskWays;
  /** Where the control plane's registry answers on loopback. */
  readonly registryPort: number;
}

const refusedBy = (way: WayOut, word: (because: string) => SessionRefusal): SessionRefusal | undefined =>
  way.kind === "refused" ? word(way.because) : undefined;

const refused = (refusal: SessionRefusal): { readonly ok: false; readonly refusal: SessionRefusal } => ({
  ok: false,
  refusal,
});

/** The first refusal, asked for in order. */
const firstOf = async (
  ...asked: readonly (() => Promise<SessionRefusal | undefined>)[]
): Promise<SessionRefusal | undefined> => {
  for (const ask of asked) {
    const refusal = await ask();
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

/** The service that a secret's value comes from, and its region: an ARN, or the name of a parameter. */
const sourceOf = (valueFrom: string, own: string): { readonly service: string; readonly region: string } => {
  const [, service, region] = /^arn:[^:]*:(secretsmanager|ssm):([^:]*):/.exec(valueFrom) ?? [];
  return { service: service ?? "ssm", region: region || own };
};

/** A task is started in the region that its ARN names, and so are its interface and log groups where nothing is said. */
const regionOf = ({ arn }: Workload): string => parseArn(arn)?.region ?? "";

/**
 * The control plane as a task could reach it: what is asked for on a task's behalf goes by the task's own way out of
 * its VPC, and where there is none, it fails at once in ECS's words.
 */
export const sessionByWays = ({ session, ways, registryPort }: SessionByWaysOptions): ControlPlaneSession => {
  const wayToSecret = async (workload: Workload, valueFrom: string): Promise<SessionRefusal | undefined> => {
    const source = sourceOf(valueFrom, regionOf(workload));
    return refusedBy(await ways.toService(workload, source), (because) =>
      source.service === "ssm"
        ? noWayToParameterStore(source.region, because)
        : noWayToSecretsManager(valueFrom, source.region, because),
    );
  };
  const wayToSecrets = async (id: WorkloadId, container: string): Promise<SessionRefusal | undefined> => {
    const workload = ways.workload(id);
    const spec = workload?.containers.find(({ name }) => name === container);
    if (workload === undefined || spec === undefined) return undefined;
    const { secrets = [], secretFiles = [] } = spec;
    return await firstOf(
      ...[...secrets, ...secretFiles].map(
        ({ valueFrom }) =>
          () =>
            wayToSecret(workload, valueFrom),
      ),
    );
  };
  /** Fargate logs in to the registry, asks it for the image and gets the layers from S3, with every task anew. */
  const wayToImage = async (id: WorkloadId, container: string): Promise<SessionRefusal | undefined> => {
    const workload = ways.workload(id);
    const spec = workload?.containers.find(({ name }) => name === container);
    if (workload === undefined || spec === undefined) return undefined;
    const { image, repositoryCredentials } = spec;
    if (repositoryCredentials !== undefined) return await wayToSecret(workload, repositoryCredentials);
    const origin = imageOrigin(image, { registryPort, region: regionOf(workload) });
    if (origin.kind !== "ecr") return undefined;
    const { region } = origin;
    const way = (service: string) => ways.toService(workload, { service, region });
    return await firstOf(
      async () => refusedBy(await way("ecr.api"), (because) => noWayToRegistryAuth(region, because)),
      async () => refusedBy(await way("ecr.dkr"), (because) => noWayToImage(image, because)),
      async () => refusedBy(await way("s3"), (because) => noWayToLayers(region, because)),
    );
  };
  const wayToLogs = async (id: WorkloadId, group: string, retryable: boolean): Promise<SessionRefusal | undefined> => {
    const workload = ways.workload(id);
    const log = workload?.containers.find((each) => each.log?.options["awslogs-group"] === group)?.log;
    if (workload === undefined || log === undefined) return undefined;
    const region = log.options["awslogs-region"] ?? regionOf(workload);
    return refusedBy(await ways.toService(workload, { service: "logs", region }), (because) =>
      noWayToLogs(region, because, retryable),
    );
  };
  return {
    ...session,
    imageAccess: async (id, container) => {
      const refusal = await wayToImage(id, container);
      return refusal === undefined ? await session.imageAccess(id, container) : refused(refusal);
    },
    containerSecrets: async (id, container) => {
      const refusal = await wayToSecrets(id, container);
      return refusal === undefined ? await session.containerSecrets(id, container) : refused(refusal);
    },
    createLogStream: async (id, stream) => {
      const refusal = await wayToLogs(id, stream.group, false);
      return refusal === undefined ? await session.createLogStream(id, stream) : refused(refusal);
    },
    putLogEvents: async (id, delivery) => {
      const refusal = await wayToLogs(id, delivery.group, true);
      return refusal === undefined ? await session.putLogEvents(id, delivery) : refused(refusal);
    },
  };
};
