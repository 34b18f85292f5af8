import type { Logger } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import type { HostNetwork } from "./host-network.ts";
import type { NetworkNames } from "./names.ts";
import { newPortName } from "./names.ts";
import { deleteNamespaces } from "./namespace.ts";
import { WaitingCommand } from "./waiting-command.ts";

/** A namespace with an interface that leads into a VPC but has no address yet. */
export interface PreparedInterface {
  readonly namespace: string;
  /** Name of the interface's other end, in the VPC's namespace. */
  readonly port: string;
  /** `ip -batch -` inside the namespace, waiting for its lines. */
  readonly configure: WaitingCommand;
}

export interface InterfacePoolOptions {
  readonly names: NetworkNames;
  readonly host: HostNetwork;
  readonly vpcNamespace: string;
  readonly size: number;
  readonly logger: Logger;
  readonly quiet: Quiet;
}

/**
 * Namespaces and interfaces made ahead of need for one VPC. None is given out twice: what a task has used is
 * thrown away.
 */
export class InterfacePool {
  readonly #options: InterfacePoolOptions;
  readonly #ready: PreparedInterface[] = [];
  #filling: Promise<void> | undefined;
  #closed = false;

  constructor(options: InterfacePoolOptions) {
    this.#options = options;
  }

  /** Makes what is missing, in the background and not in the way of a launch. */
  fill(): void {
    if (this.#filling !== undefined || this.#closed || this.#ready.length >= this.#options.size) return;
    this.#filling = this.#options.quiet
      .calm()
      .then(() => (this.#closed ? [] : this.#make(this.#options.size - this.#ready.length)))
      .then((made) => {
        this.#ready.push(...made);
      })
      .catch((thrown: unknown) => {
        this.#options.logger.warn(
          { namespace: this.#options.vpcNamespace, error: messageOf(thrown) },
          "cannot fill the interface pool",
        );
      })
      .finally(() => {
        this.#filling = undefined;
      });
  }

  async take(): Promise<PreparedInterface> {
    let prepared = this.#ready.shift();
    while (prepared !== undefined && !prepared.configure.alive) {
      await deleteNamespaces([prepared.namespace]);
      prepared = this.#ready.shift();
    }
    if (prepared === undefined) [prepared] = await this.#make(1);
    this.fill();
    if (prepared === undefined) throw new Error("no interface could be made");
    return prepared;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#filling;
    const left = this.#ready.splice(0);
    await Promise.all(left.map((prepared) => prepared.configure.discard()));
    await deleteNamespaces(left.map((prepared) => prepared.namespace));
  }

  async #make(count: number): Promise<readonly PreparedInterface[]> {
    const wanted = Array.from({ length: count }, () => ({
      namespace: this.#options.names.newTaskNamespace(),
      port: newPortName(),
    }));
    await this.#options.host.ip
      .run(
        wanted.flatMap(({ namespace, port }) => [
          `netns add ${namespace}`,
          `link add ${port} netns ${this.#options.vpcNamespace} type veth peer name eth0 netns ${namespace}`,
        ]),
      )
      .catch(async (thrown: unknown) => {
        await deleteNamespaces(wanted.map(({ namespace }) => namespace));
        throw thrown;
      });
    return wanted.map((made) => ({
      ...made,
      configure: new WaitingCommand("ip", ["-n", made.namespace, "-batch", "-"]),
    }));
  }
}
