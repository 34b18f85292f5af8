import { readFileSync } from "node:fs";
import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { CommandFailure } from "./failure.ts";
import { unknownMembers } from "./unknown-members.ts";

const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new CommandFailure(isAbsent ? `There is no file ${path}` : `${path} cannot be read: ${error}`);
  }
};

const parse = (path: string): RegisterTaskDefinitionCommandInput => {
  const notOne = (why: string): CommandFailure => new CommandFailure(`${path} is not a task definition: ${why}`);
  let value: RegisterTaskDefinitionCommandInput;
  const text = readText(path);
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notOne(error instanceof Error ? error.message : String(error));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw notOne("it is not a JSON object");
  return value;
};

/**
 * The task definition in a file, as RegisterTaskDefinition takes it. What no task definition has is refused, as the
 * AWS CLI does; a misspelt member would else count for nothing. Throws CommandFailure.
 */
export const readDefinitionFile = async (path: string): Promise<RegisterTaskDefinitionCommandInput> => {
  const definition = parse(path);
  const [{ NormalizedSchema }, { RegisterTaskDefinitionRequest$ }] = await Promise.all([
    import("@smithy/core/schema"),
    import("@aws-sdk/client-ecs"),
  ]);
  const unknown = unknownMembers(NormalizedSchema.of(RegisterTaskDefinitionRequest$), definition);
  if (unknown.length > 0) throw new CommandFailure(`${path}: no task definition has ${unknown.join(", ")}`);
  return definition;
};
