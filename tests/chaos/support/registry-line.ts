import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "./random.ts";

/** What the line carries, in bytes per second and connection: slow enough for pulls to be met under way. */
const bytesPerSecond = 3 * 1024 * 1024;

/** One connection of so many breaks by itself, after at most so many bytes. */
const frailty = 6;
const frailBytes = 3 * 1024 * 1024;

/** The line between an instance and a registry: slow, frail, and cut or silent when told to be. */
export class RegistryLine {
  readonly #server: Server;
  readonly #connections = new Set<readonly [Socket, Socket]>();
  readonly #random: Random;
  #silentUntil = 0;
  #calm = false;
  /** Connections that were cut while they carried something. */
  broken = 0;

  private constructor(registryPort: number, random: Random) {
    this.#random = random;
    this.#server = createServer((client) => this.#carry(client, registryPort));
  }

  static async to(registryHost: string, random: Random): Promise<RegistryLine> {
    const line = new RegistryLine(Number(registryHost.split(":")[1]), random);
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
    let passing = Promise.resolve();
    registry.on("end", () => void passing.then(() => client.end()));
    client.on("data", (chunk) => registry.write(chunk));
    const isFrail = !this.#calm && this.#random.between(1, frailty) === 1;
    let left = isFrail ? this.#random.between(0, frailBytes) : Number.POSITIVE_INFINITY;
    registry.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) return void this.#break(pair);
      registry.pause();
      const milliseconds = Math.max(0, this.#silentUntil - Date.now()) + (chunk.length / bytesPerSecond) * 1_000;
      passing = sleep(milliseconds).then(() => {
        client.write(chunk);
        registry.resume();
      });
    });
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
