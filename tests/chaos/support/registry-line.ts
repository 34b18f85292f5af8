import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "./random.ts";

/** What the line carries each way, in bytes per second and connection: slow enough to be met under way. */
const bytesPerSecond = 3 * 1024 * 1024;

/** One connection of so many breaks by itself. */
const frailty = 6;

/** The line between an instance and a registry: slow, frail, and cut or silent when told to be. */
export class RegistryLine {
  readonly #server: Server;
  readonly #connections = new Set<readonly [Socket, Socket]>();
  readonly #random: Random;
  readonly #frailBytes: number;
  #silentUntil = 0;
  #calm = false;
  /** Connections that were cut while they carried something. */
  broken = 0;

  private constructor(registryPort: number, random: Random, frailBytes: number) {
    this.#random = random;
    this.#frailBytes = frailBytes;
    this.#server = createServer((client) => this.#carry(client, registryPort));
  }

  /** Connections that break by themselves do so after at most `frailBytes`. */
  static async to(registryHost: string, random: Random, frailBytes: number): Promise<RegistryLine> {
    const line = new RegistryLine(Number(registryHost.split(":")[1]), random, frailBytes);
    line.#server.listen(0, "127.0.0.1");
    await once(line.#server, "listening");
    return line;
  }

  /** What the registry is called by those who pull through the line. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #carry(client: Socket, registryPort: number): void {
    const registry = connect(registryPort, "127.0.0.1");
    const pair = [client, registry] as const;
    this.#connections.add(pair);
    const end = (): void => {
      this.#connections.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on("error", end);
    client.on("close", end);
    const isFrail = !this.#calm && this.#random.between(1, frailty) === 1;
    let left = isFrail ? this.#random.between(0, this.#frailBytes) : Number.POSITIVE_INFINITY;
    /** Carries what comes from one side to the other; answers what ends once all that came was handed on. */
    const pour = (from: Socket, to: Socket, silentUntil: () => number): (() => Promise<void>) => {
      let passing = Promise.resolve();
      from.on("data", (chunk: Buffer) => {
        left -= chunk.length;
        if (left < 0) return void this.#break(pair);
        from.pause();
        const milliseconds = Math.max(0, silentUntil() - Date.now()) + (chunk.length / bytesPerSecond) * 1_000;
        passing = sleep(milliseconds).then(() => {
          to.write(chunk);
          from.resume();
        });
      });
      return () => passing;
    };
    const answered = pour(registry, client, () => this.#silentUntil);
    pour(client, registry, () => 0);
    registry.on("end", () => void answered().then(() => client.end()));
  }

  /** By a reset, as of a machine that is gone, and not by the end of what is sent. */
  #break(pair: readonly [Socket, Socket]): void {
    this.#connections.delete(pair);
    this.broken += 1;
    const [client, registry] = pair;
    client.resetAndDestroy();
    registry.destroy();
  }

  /** Cuts one of the connections, or all of them; answers how many. */
  cut(): number {
    const all = [...this.#connections];
    const one = this.#random.pick(all);
    const chosen = this.#random.between(1, 3) === 1 || one === undefined ? all : [one];
    for (const pair of chosen) this.#break(pair);
    return chosen.length;
  }

  /** From now on it carries what it is given. */
  calm(): void {
    this.#calm = true;
    this.#silentUntil = 0;
  }

  /** Nothing comes from the registry for a while; what it sends comes afterwards. */
  silence(milliseconds: number): void {
    this.#silentUntil = Date.now() + milliseconds;
  }

  async close(): Promise<void> {
    for (const pair of this.#connections) for (const socket of pair) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
