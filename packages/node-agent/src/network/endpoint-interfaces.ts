import type { Server, Socket } from "node:net";
import { type ApiConnection, type Logger, messageOf, type VpcSpec, workloadId } from "@fleetless/kernel";
import { endpointConnection } from "./api-connection.ts";
import { interfaceConfiguration } from "./interface-configuration.ts";
import type { PreparedInterface } from "./interface-pool.ts";
import type { InterfaceRecord } from "./interface-records.ts";
import { deleteNamespaces } from "./namespace.ts";
import { openSockets } from "./vpc-sockets.ts";

export interface EndpointInterfacesOptions {
  readonly apiPort: number;
  readonly logger: Logger;
  readonly onApiConnection: (socket: Socket, connection: ApiConnection) => void;
}

/** The router of the VPC, as far as its endpoints need it. */
interface EndpointRouter {
  /** As it is enforced now. */
  vpc(): VpcSpec;
  takeInterface(): Promise<PreparedInterface>;
  connect(record: InterfaceRecord): Promise<void>;
  disconnect(record: InterfaceRecord): Promise<void>;
}

/** Plain HTTP: there is no TLS in front of the API, on AWS's port for it neither. */
const httpPort = 80;
const retryMilliseconds = 5_000;

interface OpenedInterface {
  readonly record: InterfaceRecord;
  readonly servers: readonly Server[];
  readonly connections: Set<Socket>;
}

interface WantedInterface {
  readonly endpointId: string;
  readonly record: Pick<InterfaceRecord, "workloadId" | "networkInterface">;
}

const wantedIn = (vpc: VpcSpec): ReadonlyMap<string, WantedInterface> =>
  new Map(
    vpc.endpoints.flatMap((endpoint) =>
      endpoint.interfaces.flatMap(({ id }): readonly (readonly [string, WantedInterface])[] => {
        const member = vpc.interfaces.find((each) => each.id === id);
        const subnet = vpc.subnets.find((each) => each.id === member?.subnetId);
        if (member === undefined || subnet?.cidr === undefined) return [];
        const place = { vpcId: vpc.id, subnetCidr: subnet.cidr, attachmentId: "", privateDnsName: "" };
        // The router knows interfaces by their workload; an endpoint's stands for itself.
        const record = { workloadId: workloadId(id), networkInterface: { ...member, ...place } };
        return [[id, { endpointId: endpoint.id, record }]];
      }),
    ),
  );

/**
 * The interfaces of a VPC's interface endpoints: each in a namespace of its own behind the VPC's router, like a task's,
 * so that groups, ACLs and routes are met by what connects to it, and with the AWS API behind its address. Made one
 * after the other in the background; a launch never waits for one.
 */
export class EndpointInterfaces {
  readonly #router: EndpointRouter;
  readonly #options: EndpointInterfacesOptions;
  readonly #opened = new Map<string, OpenedInterface>();
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #again = false;
  #closed = false;

  constructor(router: EndpointRouter, options: EndpointInterfacesOptions) {
    this.#router = router;
    this.#options = options;
  }

  /** Makes and takes down what the router's VPC has more or less than is here. */
  follow(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#running ??= this.#reconcile().finally(() => {
      this.#running = undefined;
      if (this.#again) this.follow();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#again = false;
    clearTimeout(this.#retry);
    await this.#running;
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    for (const each of opened) this.#shut(each);
    await deleteNamespaces(opened.map(({ record }) => record.namespace));
  }

  async #reconcile(): Promise<void> {
    this.#again = false;
    const wanted = wantedIn(this.#router.vpc());
    for (const [id, opened] of [...this.#opened]) {
      if (!wanted.has(id)) await this.#guarded(id, () => this.#remove(id, opened));
    }
    for (const [id, each] of wanted) {
      if (this.#closed || this.#again) return;
      if (!this.#opened.has(id)) await this.#guarded(id, () => this.#open(id, each));
    }
  }

  async #guarded(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const { logger } = this.#options;
      logger.warn({ interface: id, error: messageOf(thrown) }, "an endpoint's interface is not as it should be yet");
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.follow(), retryMilliseconds).unref();
    }
  }

  async #open(id: string, { endpointId, record: wanted }: WantedInterface): Promise<void> {
    const { namespace, port, configure } = await this.#router.takeInterface();
    const record: InterfaceRecord = { ...wanted, namespace, port, attached: true, isEndpoint: true };
    const { networkInterface } = record;
    try {
      await configure.run(interfaceConfiguration(record));
      const address = networkInterface.privateAddress ?? "";
      const connections = new Set<Socket>();
      const sockets = await openSockets(
        namespace,
        [httpPort, this.#options.apiPort].map((each) => ({ protocol: "tcp", address, port: each })),
      );
      const servers = sockets.flatMap(({ socket }) => ("listen" in socket ? [socket] : []));
      for (const server of servers) {
        server.on("connection", (socket: Socket) => this.#accept(socket, endpointId, connections));
        server.on("error", (error) => this.#options.logger.warn({ interface: id, error: messageOf(error) }, "failed"));
      }
      this.#opened.set(id, { record, servers, connections });
      await this.#router.connect(record);
    } catch (thrown) {
      const opened = this.#opened.get(id);
      if (opened !== undefined) await this.#remove(id, opened);
      else await deleteNamespaces([namespace]);
      throw thrown;
    }
  }

  #accept(socket: Socket, endpointId: string, connections: Set<Socket>): void {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => socket.destroy());
    const connection = endpointConnection(() => this.#router.vpc(), endpointId, socket.remoteAddress ?? "");
    this.#options.onApiConnection(socket, connection);
  }

  #shut({ servers, connections }: OpenedInterface): void {
    for (const server of servers) server.close();
    for (const connection of connections) connection.destroy();
  }

  async #remove(id: string, opened: OpenedInterface): Promise<void> {
    this.#shut(opened);
    await this.#router.disconnect(opened.record);
    await deleteNamespaces([opened.record.namespace]);
    this.#opened.delete(id);
  }
}
