export interface CpuTimes {
  readonly cpuNanoseconds: number;
  readonly cpuUserNanoseconds: number;
  readonly cpuSystemNanoseconds: number;
}

const none: CpuTimes = { cpuNanoseconds: 0, cpuUserNanoseconds: 0, cpuSystemNanoseconds: 0 };

/**
 * Parts the CPU time that the machine's kernel counts for a sandbox among the containers in it. The sandbox's own
 * clock runs too fast where it waits for a CPU, but tells the containers apart: so what the kernel counted since the
 * reading before is given out in the proportions of what that clock says of the same time. No part ever shrinks, and
 * together the parts are the kernel's figure.
 */
export class CpuShares {
  #counted = none;
  #inside: ReadonlyMap<string, number> = new Map();
  #parts: ReadonlyMap<string, CpuTimes> = new Map();

  /** `inside` has every running container, by the sandbox's clock in nanoseconds; undefined where it is not known. */
  read(counted: CpuTimes, inside: ReadonlyMap<string, number | undefined>): ReadonlyMap<string, CpuTimes> {
    if (counted.cpuNanoseconds < this.#counted.cpuNanoseconds) return this.#parts;
    const ids = [...inside.keys()];
    const now = new Map(ids.map((id) => [id, inside.get(id) ?? this.#inside.get(id) ?? 0]));
    const ran = (id: string): number => Math.max(0, (now.get(id) ?? 0) - (this.#inside.get(id) ?? 0));
    const all = ids.reduce((sum, id) => sum + ran(id), 0);
    const share = (id: string): number => (all > 0 ? ran(id) / all : 1 / ids.length);
    const part = (id: string, field: keyof CpuTimes): number =>
      (this.#parts.get(id) ?? none)[field] + Math.floor(Math.max(0, counted[field] - this.#counted[field]) * share(id));
    const parts = (id: string): CpuTimes => ({
      cpuNanoseconds: part(id, "cpuNanoseconds"),
      cpuUserNanoseconds: part(id, "cpuUserNanoseconds"),
      cpuSystemNanoseconds: part(id, "cpuSystemNanoseconds"),
    });
    this.#parts = new Map(ids.map((id) => [id, parts(id)]));
    this.#counted = counted;
    this.#inside = now;
    return this.#parts;
  }
}

/** The total of what `runsc events --stats` prints, or undefined where it is something else. */
export const cpuInside = (output: string): number | undefined => {
  const total = /"cpu":\{"usage":\{"total":(\d{1,20})[,}]/.exec(output)?.[1];
  return total === undefined ? undefined : Number(total);
};
