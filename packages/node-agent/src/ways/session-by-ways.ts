import { endpointServiceName, type ServiceDestination } from "@fleetless/engine";
import {
  type ContainerSpec,
  type ControlPlaneSession,
  type EndpointPassage,
  type EndpointPassages,
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
import { type TaskWays, withoutIpv6 } from "./task-ways.ts";

export interface SessionByWaysOptions {
  readonly session: ControlPlaneSession;
  readonly ways: TaskWays;
  /** Where the control plane's registry answers on loopback. */
  readonly registryPort: number;
}

const refused = (refusal: SessionRefusal): { readonly ok: false; readonly refusal: SessionRefusal } => ({
  ok: false,
  refusal,
});

/** A service that is needed, and how it is said that there is no way to it. */
interface Need extends ServiceDestination {
  readonly word: (because: string) => SessionRefusal;
  /** The service's name where the task's own leads to IPv4 addresses only, and the one that would do. */
  readonly ipv4Only?: { readonly host: string; readonly dualStack: string } | undefined;
}

/** Either the first refusal, or the endpoints that lie on the ways. */
type Answer =
  | { readonly kind: "refused"; readonly refusal: SessionRefusal }
  | { readonly kind: "open"; readonly via: EndpointPassages };

const open: Answer = { kind: "open", via: {} };

/** Asks for the services in order. */
const ask = async (ways: TaskWays, workload: Workload, needs: readonly Need[]): Promise<Answer> => {
  const via: Record<string, EndpointPassage> = {};
  for (const need of needs) {
    const { networkInterface } = workload;
    const { ipv4Only } = need;
    if (ipv4Only !== undefined && networkInterface.privateAddress === undefined) {
      const { because } = withoutIpv6(networkInterface, ipv4Only.host);
      return { kind: "refused", refusal: need.word(`${because}; ${ipv4Only.dualStack} has both`) };
    }
    const way = await ways.toService(workload, need);
    if (way.kind === "refused") return { kind: "refused", refusal: need.word(way.because) };
    if (way.kind !== "endpoint") continue;
    const { id: endpointId, policy } = way.endpoint;
    const { vpcId, privateAddress: sourceAddress = networkInterface.ipv6Address ?? "" } = networkInterface;
    via[endpointServiceName(need)] = { endpointId, vpcId, sourceAddress, ...(policy === undefined ? {} : { policy }) };
  }
  return { kind: "open", via };
};

/** The service that a secret's value comes from, and its region: an ARN, or the name of a parameter. */
const sourceOf = (valueFrom: string, own: string): { readonly service: string; readonly region: string } => {
  const [, service, region] = /^arn:[^:]*:(secretsmanager|ssm):([^:]*):/.exec(valueFrom) ?? [];
  return { service: service ?? "ssm", region: region || own };
};

const needOfSecret = (valueFrom: string, own: string): Need => {
  const source = sourceOf(valueFrom, own);
  const word = (because: string) =>
    source.service === "ssm"
      ? noWayToParameterStore(source.region, because)
      : noWayToSecretsManager(valueFrom, source.region, because);
  return { ...source, word };
};

const needsOfSecrets = ({ secrets = [], secretFiles = [] }: ContainerSpec, region: string): readonly Need[] =>
  [...secrets, ...secretFiles].map(({ valueFrom }) => needOfSecret(valueFrom, region));

/** Fargate logs in to the registry, asks it for the image and gets the layers from S3, with every task anew. */
const needsOfImage = (
  { image, repositoryCredentials }: ContainerSpec,
  own: { readonly registryPort: number; readonly region: string },
): readonly Need[] => {
  if (repositoryCredentials !== undefined) return [needOfSecret(repositoryCredentials, own.region)];
  const origin = imageOrigin(image, own);
  if (origin.kind !== "ecr") return [];
  const { region, ipv4Only } = origin;
  return [
    { service: "ecr.api", region, word: (because) => noWayToRegistryAuth(region, because) },
    { service: "ecr.dkr", region, ipv4Only, word: (because) => noWayToImage(image, because) },
    { service: "s3", region, word: (because) => noWayToLayers(region, because) },
  ];
};

/** A task is started in the region that its ARN names, and so are its interface and log groups where nothing is said. */
const regionOf = ({ arn }: Workload): string => parseArn(arn)?.region ?? "";

/**
 * The control plane as a task could reach it: what is asked for on a task's behalf goes by the task's own way out of
 * its VPC, and where there is none, it fails at once in ECS's words.
 */
export const sessionByWays = ({ session, ways, registryPort }: SessionByWaysOptions): ControlPlaneSession => {
  /** Asks for what a container needs; nothing of a workload that is not this node's. */
  const askFor = async (
    id: WorkloadId,
    container: string,
    needs: (spec: ContainerSpec, region: string) => readonly Need[],
  ): Promise<Answer> => {
    const workload = ways.workload(id);
    const spec = workload?.containers.find(({ name }) => name === container);
    if (workload === undefined || spec === undefined) return open;
    return await ask(ways, workload, needs(spec, regionOf(workload)));
  };
  const toLogs = async (id: WorkloadId, group: string, retryable: boolean): Promise<Answer> => {
    const workload = ways.workload(id);
    const log = workload?.containers.find((each) => each.log?.options["awslogs-group"] === group)?.log;
    if (workload === undefined || log === undefined) return open;
    const region = log.options["awslogs-region"] ?? regionOf(workload);
    const word = (because: string) => noWayToLogs(region, because, retryable);
    return await ask(ways, workload, [{ service: "logs", region, word }]);
  };
  return {
    ...session,
    imageAccess: async (id, container) => {
      const answer = await askFor(id, container, (spec, region) => needsOfImage(spec, { registryPort, region }));
      return answer.kind === "open" ? await session.imageAccess(id, container, answer.via) : refused(answer.refusal);
    },
    containerSecrets: async (id, container) => {
      const answer = await askFor(id, container, needsOfSecrets);
      if (answer.kind === "refused") return refused(answer.refusal);
      return await session.containerSecrets(id, container, answer.via);
    },
    createLogStream: async (id, stream) => {
      const answer = await toLogs(id, stream.group, false);
      return answer.kind === "open" ? await session.createLogStream(id, stream, answer.via) : refused(answer.refusal);
    },
    putLogEvents: async (id, delivery) => {
      const answer = await toLogs(id, delivery.group, true);
      return answer.kind === "open" ? await session.putLogEvents(id, delivery, answer.via) : refused(answer.refusal);
    },
  };
};
