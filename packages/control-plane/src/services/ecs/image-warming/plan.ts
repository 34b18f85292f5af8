import type { WantedImages } from "../../../compute/service.ts";
import type { FamilyUseRecord, TaskDefinitionRecord } from "../collections.ts";
import type { WarmingSettings } from "./settings.ts";

/** For how long after its last launch a family counts as used, in milliseconds. */
export const useRetention = 7 * 24 * 60 * 60 * 1_000;
/** How many families a cluster keeps warm, and how many images they may have between them. */
export const maximumFamilies = 50;
export const maximumImages = 100;

export interface FamilyToWarm {
  readonly family: string;
  /** The definition that its last task was launched from, which need not be the newest. */
  readonly lastUsed?: string;
}

export interface FamiliesPlan {
  /** The most wanted first: named ones, then those that were used, the last one first. */
  readonly families: readonly FamilyToWarm[];
  /** Uses that are too long ago to count. */
  readonly forgotten: readonly FamilyUseRecord[];
  /** After how many milliseconds the next use is too long ago. */
  readonly lookAgain: number | undefined;
}

/** Which families a cluster keeps warm. Pure. */
export const planFamilies = (
  settings: WarmingSettings,
  uses: readonly FamilyUseRecord[],
  now: number,
): FamiliesPlan => {
  const isOld = ({ usedAt }: FamilyUseRecord): boolean => usedAt + useRetention <= now;
  const recent = uses.filter((use) => !isOld(use)).sort((one, other) => other.usedAt - one.usedAt);
  const lastUsedOf = new Map(recent.map(({ family, taskDefinitionArn }) => [family, taskDefinitionArn]));
  const named = [...settings.families, ...(settings.used ? lastUsedOf.keys() : [])];
  const ends = recent.map(({ usedAt }) => usedAt + useRetention - now);
  return {
    families: [...new Set(named)].slice(0, maximumFamilies).map((family) => {
      const lastUsed = lastUsedOf.get(family);
      return { family, ...(lastUsed === undefined ? {} : { lastUsed }) };
    }),
    forgotten: uses.filter(isOld),
    lookAgain: ends.length === 0 ? undefined : Math.min(...ends),
  };
};

/**
 * The images of task definitions, the most wanted definition first, each image once under the rights with which it
 * is pulled. Pure.
 */
export const planImages = (definitions: readonly TaskDefinitionRecord[]): WantedImages["images"] => {
  const images = definitions
    .filter(({ status }) => status === "ACTIVE")
    .flatMap(({ body }) =>
      (body.containerDefinitions ?? []).map(({ image = "", repositoryCredentials }) => ({
        reference: image,
        architecture: body.runtimePlatform?.cpuArchitecture === "ARM64" ? ("ARM64" as const) : ("X86_64" as const),
        ...(body.executionRoleArn === undefined ? {} : { executionRoleArn: body.executionRoleArn }),
        ...(repositoryCredentials?.credentialsParameter === undefined
          ? {}
          : { repositoryCredentials: repositoryCredentials.credentialsParameter }),
      })),
    );
  return [...new Map(images.map((image) => [JSON.stringify(image), image])).values()].slice(0, maximumImages);
};
