import type { SecretRecord, VersionRecord } from "./collections.ts";
import { invalidParameter, stageNotFound, stageOfOtherVersion, versionNotFound } from "./errors.ts";

export const current = "AWSCURRENT";
const previous = "AWSPREVIOUS";

type Versions = SecretRecord["versions"];

export const versionWithStage = (versions: Versions, stage: string): string | undefined =>
  Object.entries(versions).find(([, { stages }]) => stages.includes(stage))?.[0];

/** The version that a request means. Throws ResourceNotFoundException or InvalidRequestException. */
export const selectVersion = (
  { versions }: SecretRecord,
  versionId: string | undefined,
  stage: string | undefined,
): string => {
  if (versionId !== undefined) {
    const version = versions[versionId];
    if (version === undefined) throw versionNotFound(versionId);
    if (stage !== undefined && !version.stages.includes(stage)) throw stageOfOtherVersion();
    return versionId;
  }
  const found = versionWithStage(versions, stage ?? current);
  if (found === undefined) throw stageNotFound(stage ?? current);
  return found;
};

/** Moves a stage to a version, off whichever has it; the version that was current becomes the previous one. */
export const moveStage = (versions: Versions, stage: string, to: string): Versions => {
  const from = versionWithStage(versions, stage);
  if (from === to) return versions;
  const moved = Object.fromEntries(
    Object.entries(versions).map(([id, version]) => {
      const others = version.stages.filter((name) => name !== stage);
      return [id, { ...version, stages: id === to ? [...others, stage] : others }];
    }),
  );
  return stage === current && from !== undefined ? moveStage(moved, previous, from) : moved;
};

export const removeStage = (versions: Versions, stage: string, from: string): Versions => {
  const version = versions[from];
  if (version === undefined) throw versionNotFound(from);
  return { ...versions, [from]: { ...version, stages: version.stages.filter((name) => name !== stage) } };
};

/** Adds a version with its stages; the first of a secret is the current one whatever stages it is given. */
export const addVersion = (
  versions: Versions,
  versionId: string,
  version: Omit<VersionRecord, "stages">,
  stages: readonly string[],
): Versions => {
  const all = versionWithStage(versions, current) === undefined ? [...new Set([...stages, current])] : stages;
  return all.reduce<Versions>((before, stage) => moveStage(before, stage, versionId), {
    ...versions,
    [versionId]: { ...version, stages: [] },
  });
};

const mostVersions = 100;

/** Deprecated versions beyond the hundredth, the oldest first. */
export const versionsToForget = (versions: Versions): readonly string[] => {
  const surplus = Object.keys(versions).length - mostVersions;
  if (surplus <= 0) return [];
  return Object.entries(versions)
    .filter(([, { stages }]) => stages.length === 0)
    .toSorted(([, one], [, other]) => one.createdAt - other.createdAt)
    .slice(0, surplus)
    .map(([id]) => id);
};

const mostStages = 20;

export const checkStages = (stages: readonly string[] | undefined): readonly string[] => {
  if (stages === undefined) return [current];
  if (
    stages.length < 1 ||
    stages.length > mostStages ||
    stages.some((stage) => stage.length < 1 || stage.length > 256)
  ) {
    throw invalidParameter("VersionStages must hold 1 to 20 staging labels of 1 to 256 characters.");
  }
  return [...new Set(stages)];
};
