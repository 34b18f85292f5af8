import type { Logger } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import type { NetworkNames } from "./names.ts";
import { newPortName } from "./names.ts";
import { deleteNamespaces, runIp } from "./namespace.ts";
import { WaitingCommand } from "./waiting-command.ts";

/** A namespace with an interface that leads into a VPC but has no address yet. */
export interface PreparedInterface {
  readonly namespace: string;
  /** Name of the interface's other end, in the VPC's namespace. */
  readonly port: string;
  /** `ip -batch -` inside the namespace, waiting for its lines. */
  readonly configure: WaitingCommand;
}

/**
 * Namespaces and interfaces made ahead of need for one VPC. None is given out twice: what a task has used is
 * thrown away.
 */
export class InterfacePool {
  readonly #names: NetworkNames;
  readonly #vpcNamespace: string;
  readonly #size: number;
  readonly #logger: Logger;
  readonly #ready: PreparedInterface[] = [];
  #filling: Promise<void> | undefined;
  #closed = false;

  constructor(names: NetworkNames, vpcNamespace: string, size: number, logger: Logger) {
    this.#names = names;
    this.#vpcNamespace = vpcNamespace;
    this.#size = size;
    this.#logger = logger;
  }

  /** Makes what is missing, in the background; `settled` waits for it. */
  fill(): void {
    if (this.#filling !== undefined || this.#closed || this.#ready.length >= this.#size) return;
    this.#filling = this.#make(this.#size - this.#ready.length)
      .then((made) => {
        this.#ready.push(...made);
      })
      .catch((thrown: unknown) => {
        this.#logger.warn(
          { namespace: this.#vpcNamespace, error: messageOf(thrown) },
          "cannot fill the interface pool",
        );
      })
      .finally(() => {
        this.#filling = undefined;
      });
  }

  async settled(): Promise<void> {
    await this.#filling;
  }

  async take(): Promise<PreparedInterface> {
    let prepared = this.#ready.shift();
    while (prepared !== undefined && !prepared.configure.alive) {
      await deleteNamespaces([prepared.namespace]);
      prepared = this.#ready.shift();
    }
    if (prepared === undefined) [prepared] = await this.#make(1);
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
      namespace: this.#names.newTaskNamespace(),
      port: newPortName(),
    }));
    await runIp(
      wanted.flatMap(({ namespace, port }) => [
        `netns add ${namespace}`,
        `link add ${port} netns ${this.#vpcNamespace} type veth peer name eth0 netns ${namespace}`,
      ]),
    );
    return wanted.map((made) => ({
      ...made,
      configure: new WaitingCommand("ip", ["-n", made.namespace, "-batch", "-"]),
    }));
  }
}
