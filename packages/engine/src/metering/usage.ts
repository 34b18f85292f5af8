const minute = 60_000;
const includedStorageGb = 20;

/** What a task's bill is made of. Times are milliseconds since the Unix epoch. */
export interface MeteredTask {
  /** 1024 are one vCPU. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB: number;
  /** Absent where no image was ever asked for: then nothing is billed. */
  readonly pullStartedAt?: number | undefined;
  /** Absent while the task runs. */
  readonly endedAt?: number | undefined;
}

/** A span of time, `from` part of it and `to` not. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Usage {
  readonly seconds: number;
  readonly vcpuSeconds: number;
  readonly gbSeconds: number;
  /** Of ephemeral storage above the 20 GB that cost nothing. */
  readonly storageGbSeconds: number;
}

/**
 * The time that a task is billed for: from the start of its image pull to its end, or to `now` while it runs, in
 * whole seconds, one minute at the least. Undefined where it never began to pull.
 * https://aws.amazon.com/fargate/pricing/
 */
export const billedSpan = ({ pullStartedAt, endedAt }: MeteredTask, now: number): Span | undefined => {
  if (pullStartedAt === undefined) return undefined;
  const seconds = Math.ceil(((endedAt ?? now) - pullStartedAt) / 1_000);
  return { from: pullStartedAt, to: pullStartedAt + Math.max(minute, seconds * 1_000) };
};

/** What a task used, or the part of it within a span. Parts of spans that meet add up to the whole. */
export const usageOf = (task: MeteredTask, now: number, within?: Span): Usage => {
  const billed = billedSpan(task, now);
  const from = Math.max(billed?.from ?? 0, within?.from ?? Number.NEGATIVE_INFINITY);
  const to = Math.min(billed?.to ?? 0, within?.to ?? Number.POSITIVE_INFINITY);
  const seconds = Math.max(0, to - from) / 1_000;
  return {
    seconds,
    vcpuSeconds: (seconds * task.cpuUnits) / 1024,
    gbSeconds: (seconds * task.memoryMiB) / 1024,
    storageGbSeconds: seconds * Math.max(0, task.ephemeralStorageGiB - includedStorageGb),
  };
};

export const noUsage: Usage = { seconds: 0, vcpuSeconds: 0, gbSeconds: 0, storageGbSeconds: 0 };

export const addUsage = (a: Usage, b: Usage): Usage => ({
  seconds: a.seconds + b.seconds,
  vcpuSeconds: a.vcpuSeconds + b.vcpuSeconds,
  gbSeconds: a.gbSeconds + b.gbSeconds,
  storageGbSeconds: a.storageGbSeconds + b.storageGbSeconds,
});

const day = 86_400_000;

/** The days of UTC that a span touches, each cut to the span. */
export const daysOf = ({ from, to }: Span): readonly Span[] => {
  const days: Span[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / day) + 1) * day);
    days.push({ from: start, to: end });
    start = end;
  }
  return days;
};
