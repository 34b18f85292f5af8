import { RegistryClient, RegistryError } from "@fleetless/oci";

const limit = 10_000;

/** Why a registry cannot be asked for anything, or undefined where it answers, whatever it answers. */
export const reachabilityProblem = async (registry: string): Promise<string | undefined> => {
  const reference = { registry, repository: "library/none", tag: "none" };
  try {
    await new RegistryClient({ reference, insecureRegistries: [] }).resolve(AbortSignal.timeout(limit));
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RegistryError) return thrown.failure === "unreachable" ? thrown.message : undefined;
    return `${registry} did not answer within ${limit / 1000} s`;
  }
};
