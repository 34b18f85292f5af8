import { mkdirSync } from "node:fs";
import type { Socket } from "node:net";
import type { ApiConnection, Clock, ControlPlaneSession, ImageAccess, Logger, NodeId, Region } from "@fleetless/kernel";
import { describeNode, type Overcommit } from "./capacity.ts";
import { SessionServer } from "./exec/session-server.ts";
import { createTaskJournal } from "./journal/sqlite-journal.ts";
import { createLogRouter } from "./logs/log-router.ts";
import { Quiet } from "./machine/quiet.ts";
import { createMetadataEndpoint, type ServedMetadataEndpoint } from "./metadata/metadata-endpoint.ts";
import { HostedZoneFollower } from "./network/dns/hosted-zone-follower.ts";
import { createTaskNetwork } from "./network/task-network.ts";
import { nodeDirectories } from "./node-directories.ts";
import { createContainerRuntime } from "./runtime/create-runtime.ts";
import type { ImportedImage } from "./runtime/images/images.ts";
import { PullMeter } from "./runtime/images/pull-meter.ts";
import { createTaskRunner, type TaskRunner } from "./tasks/task-runner.ts";
import { ImageWarmer } from "./warming/image-warmer.ts";
import type { WarmState } from "./warming/plan-warming.ts";
import { HostAddresses } from "./ways/host-addresses.ts";
import { goesByProxy } from "./ways/node-proxy.ts";
import { sessionByWays } from "./ways/session-by-ways.ts";
import { TaskWays } from "./ways/task-ways.ts";
import { wayToRegistry } from "./ways/way-to-registry.ts";

export interface NodeAgentOptions {
  readonly nodeId: NodeId;
  /** Names everything of this agent in the kernel and in containerd. */
  readonly instance: string;
  readonly dataDirectory: string;
  readonly region: Region;
  readonly publicCidr: string;
  readonly isolation: "auto" | "gvisor" | "runc";
  /** A containerd that is not ours; one of our own is started where undefined. */
  readonly containerdAddress: string | undefined;
  readonly overcommit: Overcommit;
  /** Of one task to its resolver and link-local services; EC2's 1024 where not given. */
  readonly linkLocalPacketsPerSecond?: number | undefined;
  readonly session: ControlPlaneSession;
  /** Where the control plane's registry answers on loopback; it stands for ECR there. */
  readonly registryPort: number;
  /** Takes the connections that tasks make to the AWS API. */
  readonly onApiConnection: (socket: Socket, connection: ApiConnection) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface NodeAgent {
  /** What `auto` means here. */
  readonly isolation: "gvisor" | "runc";
  taskCounts(): { readonly running: number; readonly stopped: number };
  /** Takes in an OCI archive, a docker archive or an OCI layout directory. */
  importImage(path: string, reference: string | undefined): Promise<readonly ImportedImage[]>;
  /** Makes an image ready ahead of its use; `bytes` are what had to be fetched. */
  warmImage(
    reference: string,
    access: ImageAccess,
  ): Promise<{ readonly digest: string; readonly bytes: number; readonly milliseconds: number }>;
  /** The images that the control plane wants ready ahead of their use. */
  warmImages(): readonly WarmState[];
  /** How far the imports are that are under way, in bytes of their layers. */
  importsUnderWay(): readonly { readonly path: string; readonly bytes: number; readonly total: number }[];
  /** Lets go of everything; the tasks go on. */
  close(): Promise<void>;
}

/** Where tasks reach the AWS API on 169.254.170.2, whatever port the host offers it on. */
const apiPort = 4566;

/** How long an image may take to be made ready ahead of its use, in milliseconds. */
const warmLimit = 60 * 60 * 1000;

/** The agent's composition root: makes every room, takes up what an earlier run left, follows the control plane. */
export const openNodeAgent = async (options: NodeAgentOptions): Promise<NodeAgent> => {
  const { session, clock, logger, instance } = options;
  const directories = nodeDirectories(options.dataDirectory);
  for (const directory of Object.values(directories)) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const quiet = new Quiet();
  let metadata: ServedMetadataEndpoint | undefined;
  const [runtime, network] = await Promise.all([
    createContainerRuntime({
      dataDirectory: directories.runtime,
      stateDirectory: directories.state,
      instance,
      isolation: options.isolation,
      quiet,
      clock,
      logger,
      ...(options.containerdAddress === undefined ? {} : { containerdAddress: options.containerdAddress }),
    }),
    createTaskNetwork({
      instance,
      dataDirectory: directories.network,
      publicCidr: options.publicCidr,
      apiPort,
      onApiConnection: options.onApiConnection,
      onMetadataConnection: (socket, vpcId) => {
        if (metadata === undefined) socket.destroy();
        else metadata.handleConnection(socket, vpcId);
      },
      linkLocalPacketsPerSecond: options.linkLocalPacketsPerSecond,
      deliverFlowRecords: (delivery) => session.putFlowRecords(delivery),
      quiet,
      clock,
      logger,
    }),
  ]);
  const served = await createMetadataEndpoint({
    session,
    runtime,
    network,
    clock,
    logger,
    region: options.region,
    apiEndpoint: `http://169.254.170.2:${apiPort}`,
    dataDirectory: directories.network,
  });
  metadata = served;
  let runner: TaskRunner | undefined;
  const ways = new TaskWays({
    vpc: (id) => runner?.vpc(id),
    workload: (id) => runner?.workload(id),
    hosts: new HostAddresses(clock, (vpc, host, family) => network.findHost(vpc, host, family)),
    clock,
  });
  const { registryPort } = options;
  const taskSession = sessionByWays({ session, ways, registryPort });
  const logs = createLogRouter({ session: taskSession, stateDirectory: directories.logs, clock, logger });
  const byProxy = goesByProxy(process.env, process.execArgv);
  const journal = createTaskJournal({ directory: directories.journal, logger });
  const node = describeNode({
    id: options.nodeId,
    dataDirectory: options.dataDirectory,
    overcommit: options.overcommit,
    isolations: runtime.isolation.available,
  });
  const taskRunner = createTaskRunner({
    session: taskSession,
    node,
    runtime,
    network,
    logs,
    metadata: served,
    journal,
    clock,
    logger,
    wayToRegistry: (workload, image) => wayToRegistry({ ways, network, byProxy }, workload, image),
  });
  runner = taskRunner;
  await taskRunner.start();
  const names = new HostedZoneFollower({
    session,
    nodeId: options.nodeId,
    clock,
    logger,
    apply: (update) => network.applyHostedZones(update),
  });
  names.start();
  const commands = new SessionServer({
    session,
    nodeId: options.nodeId,
    start: async (request) =>
      "capture" in request ? network.capture(request.workloadId, request.capture) : runtime.startProcess(request),
    clock,
    logger,
  });
  const warmer = new ImageWarmer({
    session,
    nodeId: options.nodeId,
    runtime,
    directory: directories.runtime,
    quiet,
    clock,
    logger,
  });
  warmer.start();
  const imports = new Set<{ readonly path: string; readonly meter: PullMeter }>();
  return {
    isolation: options.isolation === "auto" ? runtime.isolation.automatic : options.isolation,
    taskCounts: () => {
      const stopped = taskRunner.tasks().filter(({ phase }) => phase === "STOPPED").length;
      return { running: taskRunner.tasks().length - stopped, stopped };
    },
    importImage: async (path, reference) => {
      const meter = new PullMeter();
      const underWay = { path, meter };
      imports.add(underWay);
      const onProgress = meter.add.bind(meter);
      return await runtime
        .importImage(path, { onProgress, ...(reference === undefined ? {} : { reference }) })
        .finally(() => imports.delete(underWay));
    },
    warmImage: async (reference, access) => {
      const meter = new PullMeter();
      const onProgress = meter.add.bind(meter);
      const started = clock.now();
      const { digest } = await runtime.prepareImage(reference, AbortSignal.timeout(warmLimit), { access, onProgress });
      return { digest, bytes: meter.fetched, milliseconds: clock.now() - started };
    },
    warmImages: () => warmer.states(),
    importsUnderWay: () => [...imports].map(({ path, meter }) => ({ path, ...meter.measure })),
    close: async () => {
      await Promise.all([commands.close(), warmer.close()]);
      await taskRunner.stop();
      await logs.close();
      await served.close();
      await network.close({ purge: false });
      await runtime.close({ purge: false });
      await journal.close();
    },
  };
};
