/** CPU units as ECS takes them: `256`, `.25 vCPU`, `1 vcpu`; undefined where it is neither. */
export const parseCpu = (text: string): number | undefined => {
  const match = /^(\d+|\d*\.\d+)(\s*vcpu)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const units = Number(match[1]) * (match[2] === undefined ? 1 : 1024);
  return Number.isInteger(units) && units > 0 ? units : undefined;
};

/** MiB as ECS takes them: `512`, `0.5 GB`, `1GB`; undefined where it is neither. */
export const parseMemory = (text: string): number | undefined => {
  const match = /^(\d+|\d*\.\d+)(\s*gb)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const mebibytes = Number(match[1]) * (match[2] === undefined ? 1 : 1024);
  return Number.isInteger(mebibytes) && mebibytes > 0 ? mebibytes : undefined;
};

/** Smallest memory, largest memory and step in MiB, by CPU units. */
const ranges: ReadonlyMap<number, readonly [number, number, number]> = new Map([
  [512, [1024, 4096, 1024]],
  [1024, [2048, 8192, 1024]],
  [2048, [4096, 16384, 1024]],
  [4096, [8192, 30720, 1024]],
  [8192, [16384, 61440, 4096]],
  [16384, [32768, 122880, 8192]],
]);

export const isFargateCpu = (cpuUnits: number): boolean => cpuUnits === 256 || ranges.has(cpuUnits);

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
export const isFargateSize = (cpuUnits: number, memoryMiB: number): boolean => {
  if (cpuUnits === 256) return [512, 1024, 2048].includes(memoryMiB);
  const range = ranges.get(cpuUnits);
  if (range === undefined) return false;
  const [minimum, maximum, step] = range;
  return memoryMiB >= minimum && memoryMiB <= maximum && (memoryMiB - minimum) % step === 0;
};
