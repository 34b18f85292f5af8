import type { NetworkInterfaceSpec, VpcSpec } from "@fleetless/kernel";
import { forgetRefusedFlows } from "./tracked-connections.ts";

/** Ends connections whose rules, routes or gateways are gone. What could not be ended is tried again. */
export class RefusedConnections {
  readonly #namespace: string;
  readonly #onFailed: (thrown: unknown) => void;
  #expected = false;

  constructor(namespace: string, onFailed: (thrown: unknown) => void) {
    this.#namespace = namespace;
    this.#onFailed = onFailed;
  }

  /** There may be some from now on. */
  expect(): void {
    this.#expected = true;
  }

  /** To be called once the packet filter is that of the VPC. `connected` are the interfaces on this machine. */
  async end(vpc: VpcSpec, connected: readonly NetworkInterfaceSpec[]): Promise<void> {
    if (!this.#expected) return;
    this.#expected = false;
    const interfaces = [...new Map([...connected, ...vpc.interfaces].map((each) => [each.id, each])).values()];
    try {
      await forgetRefusedFlows({ ...vpc, interfaces }, this.#namespace);
    } catch (thrown) {
      this.#expected = true;
      this.#onFailed(thrown);
    }
  }
}
