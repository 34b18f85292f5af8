import { setTimeout as sleep } from "node:timers/promises";
import { coverFlows, refusedFlows } from "@fleetless/engine";
import type { NetworkInterfaceSpec, VpcSpec } from "@fleetless/kernel";
import { CutConnections } from "./cut-connections.ts";
import { forgetBoxes, listFlows } from "./tracked-connections.ts";

/** One ends what is there; another sees that nothing is left. What one missed, such as a packet under way, the next does. */
const mostRounds = 16;
/** Walks of all that the machine remembers, some 7 ms each: more connections than so many end are cut first. */
const mostWalksAtOnce = 16;
/** Whoever is cut waits for nothing, and the machine has other work. */
const mostWalksInARow = 64;
const pauseMilliseconds = 250;
const pauseAfterFailureMilliseconds = 1_000;

/** Ends connections whose rules, routes or gateways are gone. What could not be ended is tried again. */
export class RefusedConnections {
  readonly #namespace: string;
  readonly #onFailed: (thrown: unknown) => void;
  readonly #cut: CutConnections;
  #expected = false;
  #mayBeCutFromBefore = true;
  #ipv6 = false;
  #closed = false;
  #forgetting: Promise<void> | undefined;

  constructor(namespace: string, onFailed: (thrown: unknown) => void) {
    this.#namespace = namespace;
    this.#onFailed = onFailed;
    this.#cut = new CutConnections(namespace);
  }

  /** There may be some from now on. */
  expect(): void {
    this.#expected = true;
  }

  /**
   * There may be some from a change on. Whoever ends them before it is over is too early: under the rules that go, more
   * may come about until then.
   */
  async during(mayRefuse: boolean, change: () => Promise<void>): Promise<void> {
    this.#expected ||= mayRefuse;
    await change();
    this.#expected ||= mayRefuse;
  }

  /**
   * To be called once the packet filter is that of the VPC. `connected` are the interfaces on this machine. Resolves
   * once nothing passes any more that belongs to one; those that are many are forgotten by the kernel later.
   */
  async end(vpc: VpcSpec, connected: readonly NetworkInterfaceSpec[]): Promise<void> {
    if (!this.#expected) return;
    this.#expected = false;
    this.#ipv6 = vpc.ipv6Cidrs.length > 0;
    const interfaces = [...new Map([...connected, ...vpc.interfaces].map((each) => [each.id, each])).values()];
    try {
      await this.#end({ ...vpc, interfaces });
    } catch (thrown) {
      this.#expected = true;
      this.#onFailed(thrown);
    }
  }

  /** Resolves once the kernel has forgotten all that was ended. */
  async forgotten(): Promise<void> {
    await this.#forgetting;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#forgetting;
  }

  /** Throws where it cannot, or where some are still there. */
  async #end(vpc: VpcSpec): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      const flows = (await listFlows(this.#namespace, this.#ipv6)).filter(({ id }) => !this.#cut.has(id));
      const refused = new Set(refusedFlows(vpc, flows));
      if (refused.size === 0) return this.#clearWhatWasBefore();
      const kept = flows.filter((flow) => !refused.has(flow));
      const boxes = coverFlows([...refused], kept);
      if (boxes.length <= mostWalksAtOnce) await forgetBoxes(boxes, this.#namespace);
      else {
        await this.#cut.add([...refused].map(({ id }) => id));
        this.#mayBeCutFromBefore = false;
        this.#forgetting ??= this.#forgetCut();
      }
    }
    throw new Error(`Connections came back ${mostRounds} times`);
  }

  /** An agent that died may have left connections cut: all that are refused are ended by now. */
  async #clearWhatWasBefore(): Promise<void> {
    if (!this.#mayBeCutFromBefore) return;
    await this.#cut.clear();
    this.#mayBeCutFromBefore = false;
  }

  async #forgetCut(): Promise<void> {
    while (this.#cut.size > 0 && !this.#closed) {
      try {
        const begun = this.#cut.all();
        const flows = await listFlows(this.#namespace, this.#ipv6);
        const there = new Set(flows.map(({ id }) => id));
        await this.#cut.delete(begun.filter((id) => !there.has(id)));
        const [cut, kept] = [true, false].map((isCut) => flows.filter(({ id }) => this.#cut.has(id) === isCut));
        const boxes = coverFlows(cut ?? [], kept ?? []);
        await forgetBoxes(boxes.slice(0, mostWalksInARow), this.#namespace);
        if (boxes.length > mostWalksInARow) await sleep(pauseMilliseconds);
      } catch (thrown) {
        if (!this.#closed) this.#onFailed(thrown);
        await sleep(pauseAfterFailureMilliseconds);
      }
    }
    this.#forgetting = undefined;
  }
}
