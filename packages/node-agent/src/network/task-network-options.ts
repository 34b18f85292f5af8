import type { Socket } from "node:net";
import type { ApiConnection, Clock, ControlPlaneSession, Logger, VpcId } from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import type { DnsUpstream } from "./dns/dns-forwarder.ts";

export interface TaskNetworkOptions {
  /** Tells the instances on one machine apart; everything in the kernel is named by it. */
  readonly instance: string;
  readonly dataDirectory: string;
  /** Public addresses of this instance, such as `198.18.4.0/22`; no two instances share one. */
  readonly publicCidr: string;
  /** Where tasks reach the AWS API, on 169.254.170.2. */
  readonly apiPort: number;
  /** A task has connected to the API. */
  readonly onApiConnection: (socket: Socket, connection: ApiConnection) => void;
  /** A task has connected to the metadata and credentials endpoint. */
  readonly onMetadataConnection: (socket: Socket, vpcId: VpcId) => void;
  /** Where flow logs tell what they recorded; where not given nothing is recorded. */
  readonly deliverFlowRecords?: ControlPlaneSession["putFlowRecords"];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where names outside the VPC are asked; default: the nameservers of /etc/resolv.conf. */
  readonly upstreams?: readonly DnsUpstream[];
  /** To the world; default: those of the default routes. */
  readonly externalInterfaces?: readonly string[];
  /** Interfaces kept ready per VPC, default 6. */
  readonly poolSize?: number;
  /** Packets that one task may send to its resolver and link-local services in a second; EC2's 1024 where not given. */
  readonly linkLocalPacketsPerSecond?: number | undefined;
  /** Between checks of the packet filters, default a minute. */
  readonly auditMilliseconds?: number;
  /** How long a connection on a task's behalf may take to come about, default 30 s. */
  readonly connectMilliseconds?: number;
  /** Shared with whatever else launches wait for on this machine. */
  readonly quiet?: Quiet;
}
