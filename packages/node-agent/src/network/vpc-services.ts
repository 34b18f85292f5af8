import { Socket as DatagramSocket } from "node:dgram";
import type { Server, Socket } from "node:net";
import { ipv6ResolverAddress, linkLocalResolverAddress, resolverAddress, taskEndpointAddress } from "@fleetless/engine";
import type { ApiConnection, Logger, NetworkInterfaceId, VpcId, VpcSpec } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import { linkLocalConnection } from "./api-connection.ts";
import type { DnsForwarder } from "./dns/dns-forwarder.ts";
import { DnsServer } from "./dns/dns-server.ts";
import type { HostedZones } from "./dns/hosted-zones.ts";
import { VpcResolver } from "./dns/resolver.ts";
import { openSockets, type SocketAddressRequest } from "./vpc-sockets.ts";

export interface VpcServicesOptions {
  readonly apiPort: number;
  readonly forwarder: DnsForwarder;
  readonly zones: HostedZones;
  readonly logger: Logger;
  readonly onApiConnection: (socket: Socket, connection: ApiConnection) => void;
  readonly onMetadataConnection: (socket: Socket, vpcId: VpcId) => void;
  /** Which interface on this machine calls from this address. */
  readonly callerAt: (address: string) => NetworkInterfaceId | undefined;
}

const resolverRequests = (address: string): readonly SocketAddressRequest[] => [
  { protocol: "udp", address, port: 53 },
  { protocol: "tcp", address, port: 53 },
];

/** What a VPC's router itself answers: DNS, task metadata and credentials, and the way to the AWS API. */
export class VpcServices {
  readonly #options: VpcServicesOptions;
  readonly #dns: DnsServer;
  readonly #sockets: (Server | DatagramSocket)[] = [];
  readonly #connections = new Set<Socket>();
  #vpc: VpcSpec;
  #hasIpv6 = false;

  constructor(vpc: VpcSpec, options: VpcServicesOptions) {
    this.#vpc = vpc;
    this.#options = options;
    const { zones, forwarder, logger } = options;
    this.#dns = new DnsServer({ resolver: new VpcResolver({ vpc: () => this.#vpc, zones, forwarder }), logger });
  }

  async open(namespace: string): Promise<void> {
    await this.#serve(namespace, [
      ...[resolverAddress(this.#vpc), linkLocalResolverAddress].flatMap(resolverRequests),
      { protocol: "tcp", address: taskEndpointAddress, port: 80 },
      { protocol: "tcp", address: taskEndpointAddress, port: this.#options.apiPort },
      ...(this.lacksIpv6(this.#vpc) ? resolverRequests(ipv6ResolverAddress) : []),
    ]);
    this.#hasIpv6 = this.#vpc.ipv6Cidrs.length > 0;
  }

  /** Whether the resolver must answer by IPv6 and does not yet. */
  lacksIpv6(vpc: VpcSpec): boolean {
    return vpc.ipv6Cidrs.length > 0 && !this.#hasIpv6;
  }

  /** Has the resolver answer by IPv6, once the router has its address. */
  async openIpv6(namespace: string): Promise<void> {
    await this.#serve(namespace, resolverRequests(ipv6ResolverAddress));
    this.#hasIpv6 = true;
  }

  async #serve(namespace: string, requests: readonly SocketAddressRequest[]): Promise<void> {
    for (const { request, socket } of await openSockets(namespace, requests)) {
      this.#sockets.push(socket);
      socket.on("error", (error: Error) =>
        this.#options.logger.warn({ vpc: this.#vpc.id, ...request, error: messageOf(error) }, "a VPC's socket failed"),
      );
      if (socket instanceof DatagramSocket) this.#dns.serveDatagrams(socket);
      else socket.on("connection", (connection: Socket) => this.#accept(connection, request.port));
    }
  }

  update(vpc: VpcSpec): void {
    this.#vpc = vpc;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.splice(0)) socket.close();
    for (const connection of this.#connections) connection.destroy();
  }

  #accept(connection: Socket, port: number): void {
    this.#connections.add(connection);
    connection.on("close", () => this.#connections.delete(connection));
    connection.on("error", () => connection.destroy());
    if (port === 53) this.#dns.serveConnection(connection);
    else if (port === 80) this.#options.onMetadataConnection(connection, this.#vpc.id);
    else
      this.#options.onApiConnection(
        connection,
        linkLocalConnection(() => this.#vpc, connection.remoteAddress ?? "", this.#options.callerAt),
      );
  }
}
