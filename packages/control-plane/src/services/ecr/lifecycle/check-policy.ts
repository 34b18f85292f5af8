import { LifecyclePolicyError, parseLifecyclePolicy } from "@fleetless/engine";
import { invalidParameter } from "../errors.ts";

const longest = 30_720;

/** Throws InvalidParameterException. */
export const checkLifecyclePolicy = (text: string): void => {
  const refuse = (why: string) =>
    invalidParameter(
      `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${why}'`,
    );
  if (text.length > longest) throw refuse(`a policy has at most ${longest} characters`);
  try {
    parseLifecyclePolicy(text);
  } catch (thrown) {
    if (thrown instanceof LifecyclePolicyError) throw refuse(thrown.message);
    throw thrown;
  }
};
