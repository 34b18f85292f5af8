import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { ManualClock } from "@fleetless/kernel";
import { afterAll, beforeAll } from "vitest";
import { type ServedControlPlane, startControlPlane } from "../support/start-control-plane.ts";
import { RegistryClient } from "./registry-client.ts";

/** Of the test file that imports this, from before its first test to after its last. */
export let served: ServedControlPlane;
export let ecr: ECRClient;
export let registry: RegistryClient;
// Signatures are checked against the served clock, so it is only ever a little ahead of the client's.
export const clock = new ManualClock(Date.now());

beforeAll(async () => {
  served = await startControlPlane(clock);
  ecr = new ECRClient(served.clientSettings);
  registry = await RegistryClient.login(served);
});

afterAll(() => served[Symbol.asyncDispose]());

/** Makes a repository; answers its name. */
export const make = async (repositoryName: string, more: object = {}): Promise<string> => {
  await ecr.send(new CreateRepositoryCommand({ repositoryName, ...more }));
  return repositoryName;
};
