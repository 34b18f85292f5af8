import type { Compatibility, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { parseCpuUnits, parseMemoryMiB } from "@fleetless/engine";
import type { TaskDefinitionBody } from "../collections.ts";
import { clientException, notSupportedYet } from "../errors.ts";
import { completeTaskDefinition } from "./complete.ts";
import { referenceRules } from "./container-references.ts";
import { containerRules } from "./container-rules.ts";
import { fargateRules } from "./fargate-rules.ts";
import { firstProblem, forEachContainer } from "./rule.ts";
import { taskRules } from "./task-rules.ts";
import { unsupportedFeature } from "./unsupported-features.ts";

const generalRules = [
  ...taskRules,
  forEachContainer((container, definition) => {
    for (const rule of containerRules) {
      const problem = rule(container, definition);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }),
  ...referenceRules,
];

/**
 * Checks a definition as RegisterTaskDefinition does and completes it with ECS's defaults. Throws
 * ClientException. One that does not require FARGATE may be registered without being fit for it.
 */
export const checkTaskDefinition = (
  definition: RegisterTaskDefinitionRequest,
  accountId: string,
): TaskDefinitionBody => {
  const problem = firstProblem(generalRules, definition);
  if (problem !== undefined) throw clientException(problem);
  const unsupported = unsupportedFeature(definition);
  if (unsupported !== undefined) throw notSupportedYet(unsupported);
  const fargateProblem = firstProblem(fargateRules, definition);
  if (fargateProblem !== undefined && definition.requiresCompatibilities?.includes("FARGATE")) {
    throw clientException(fargateProblem);
  }
  if (definition.cpu !== undefined && parseCpuUnits(definition.cpu) === undefined)
    throw clientException("Invalid 'cpu' setting for task.");
  if (definition.memory !== undefined && parseMemoryMiB(definition.memory) === undefined) {
    throw clientException("Invalid 'memory' setting for task.");
  }
  const compatibilities: Compatibility[] = fargateProblem === undefined ? ["EC2", "FARGATE"] : ["EC2"];
  return completeTaskDefinition(definition, compatibilities, accountId);
};
