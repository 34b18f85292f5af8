/** A size that Fargate offers for Linux tasks. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
export interface TaskSize {
  /** 1024 are one vCPU. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

export type TaskSizeRefusal = "Invalid 'cpu' setting for task." | "No Fargate configuration exists for given values.";

export type TaskSizeResult =
  | { readonly ok: true; readonly size: TaskSize }
  | { readonly ok: false; readonly message: TaskSizeRefusal };

const steps = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** Memory in MiB by CPU units. */
export const fargateSizes: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1024, 4096, 1024)],
  [1024, steps(2048, 8192, 1024)],
  [2048, steps(4096, 16_384, 1024)],
  [4096, steps(8192, 30_720, 1024)],
  [8192, steps(16_384, 61_440, 4096)],
  [16_384, steps(32_768, 122_880, 8192)],
]);

const parseAmount = (text: string, unit: string): number | undefined => {
  const match = /^\s*(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})\s*([a-z]*)\s*$/i.exec(text);
  const [, amount, suffix] = match ?? [];
  if (amount === undefined || suffix === undefined) return undefined;
  if (suffix === "") return /^\d+$/.test(amount) ? Number(amount) : undefined;
  return suffix.toLowerCase() === unit ? Number(amount) * 1024 : undefined;
};

/** CPU units of `256`, `.25 vCPU` or `1 vcpu`; undefined where it is neither. */
export const parseCpuUnits = (text: string): number | undefined => parseAmount(text, "vcpu");

/** MiB of `512`, `0.5 GB` or `1GB`; undefined where it is neither. */
export const parseMemoryMiB = (text: string): number | undefined => parseAmount(text, "gb");

/** The size that a task definition's `cpu` and `memory` name, or AWS's refusal. */
export const taskSizeOf = (cpu: string | undefined, memory: string | undefined): TaskSizeResult => {
  const cpuUnits = cpu === undefined ? undefined : parseCpuUnits(cpu);
  const memories = cpuUnits === undefined ? undefined : fargateSizes.get(cpuUnits);
  if (cpuUnits === undefined || memories === undefined)
    return { ok: false, message: "Invalid 'cpu' setting for task." };
  const memoryMiB = memory === undefined ? undefined : parseMemoryMiB(memory);
  if (memoryMiB === undefined || !memories.includes(memoryMiB)) {
    return { ok: false, message: "No Fargate configuration exists for given values." };
  }
  return { ok: true, size: { cpuUnits, memoryMiB } };
};
