import { runCommand } from "../machine/run-command.ts";
import { namespacePath } from "./names.ts";

const table = "inet cut-connections";
/** Right behind the kernel's look at what it remembers. */
const priority = -190;
/** Some 90,000 connections' numbers, of at most eleven bytes each. */
const outputLimit = 1024 * 1024;

/** A table that is not there cannot be deleted. */
const withoutTable: readonly string[] = [`add table ${table}`, `delete table ${table}`];

const withElements = (numbers: readonly number[]): readonly string[] => [
  `add table ${table}`,
  `add set ${table} connections { typeof ct id; }`,
  `add chain ${table} end { type filter hook prerouting priority ${priority}; policy accept; }`,
  `flush chain ${table} end`,
  `add rule ${table} end ct id @connections drop`,
  `add element ${table} connections { ${numbers.join(", ")} }`,
];

/**
 * Connections that are over from one moment on, before the kernel has forgotten them: nothing passes that belongs to
 * one. They have a table of the packet filter to themselves, which is there only as long as there are any.
 */
export class CutConnections {
  readonly #namespace: string;
  readonly #numbers = new Set<number>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  get size(): number {
    return this.#numbers.size;
  }

  has(number: number): boolean {
    return this.#numbers.has(number);
  }

  all(): readonly number[] {
    return [...this.#numbers];
  }

  /** One transaction for all of them, by the numbers that the kernel gives connections. Throws where it cannot. */
  add(numbers: readonly number[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#apply(withElements(numbers));
      for (const number of numbers) this.#numbers.add(number);
    });
  }

  /** Of those that are forgotten, whose numbers the kernel may use again. Throws where it cannot. */
  delete(numbers: readonly number[]): Promise<void> {
    if (numbers.length === 0) return Promise.resolve();
    return this.#inTurn(async () => {
      const going = new Set(numbers);
      const staying = [...this.#numbers].filter((number) => !going.has(number));
      if (staying.length === 0) await this.#apply(withoutTable);
      else {
        const removal = [`delete element ${table} connections { ${numbers.join(", ")} }`];
        // Somebody took them away: all that are still cut are so again.
        await this.#apply(removal).catch(() => this.#apply([...withoutTable, ...withElements(staying)]));
      }
      for (const number of numbers) this.#numbers.delete(number);
    });
  }

  /** Also where an agent that died left any. Throws where it cannot. */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#apply(withoutTable);
      this.#numbers.clear();
    });
  }

  async #apply(lines: readonly string[]): Promise<void> {
    const parameters = [`--net=${namespacePath(this.#namespace)}`, "nft", "-f", "-"];
    await runCommand("nsenter", parameters, { input: `${lines.join("\n")}\n`, outputLimit });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = this.#last.then(work, work);
    this.#last = next.catch(() => undefined);
    return next;
  }
}
