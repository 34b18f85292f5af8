/** What the agent and the connector in a task's namespace say to each other. */

/** How the namespace's own processes look names up. */
export interface NameService {
  readonly nameservers: readonly string[];
  readonly searchDomains: readonly string[];
  /** They have no address of IPv4, so that they ask for none. */
  readonly ipv6Only?: boolean | undefined;
}

export interface ConnectorSettings extends NameService {
  /** How long a connection may take to come about. */
  readonly limitMilliseconds: number;
}

export interface ConnectionDestination {
  /** A name or an address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

export type ConnectorMessage =
  | { readonly id: number; readonly kind: "connect"; readonly destination: ConnectionDestination }
  | { readonly id: number; readonly kind: "cancel" };

/** Goes with the socket where a connection came about. */
export interface ConnectorAnswer {
  readonly id: number;
  /** In the words of Go's dialer, which are ECS's. */
  readonly failure?: string;
  /** Which address it was that did not answer. */
  readonly address?: string;
}

export const isConnectorMessage = (message: unknown): message is ConnectorMessage =>
  typeof message === "object" && message !== null && "id" in message && "kind" in message;

export const isConnectorAnswer = (message: unknown): message is ConnectorAnswer =>
  typeof message === "object" && message !== null && "id" in message && typeof message.id === "number";
