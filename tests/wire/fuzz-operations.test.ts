import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadServiceModel } from "../../packages/aws-protocol/src/index.ts";
import { catalogue } from "../../packages/control-plane/src/services/catalogue.ts";
import { hostileStructure } from "./support/hostile-value.ts";
import { type ServedControlPlane, startControlPlane } from "./support/start-control-plane.ts";

/** Every operation that is there gets inputs that its client lets through, most of them wrong, in a row that stays. */
const inputsForEach = Number(process.env.FLEETLESS_FUZZ_INPUTS ?? 12);
/** The same inputs each time, so that a change is judged by itself; other seeds look further. */
const seed = Number(process.env.FLEETLESS_FUZZ_SEED ?? 1);

let served: ServedControlPlane;

beforeAll(async () => {
  served = await startControlPlane();
});

afterAll(() => served[Symbol.asyncDispose]());

/** The package is named after the service, which not every signing name is. */
const clientPackage = async (signingName: string): Promise<object> => {
  const otherNames: Readonly<Record<string, string>> = {
    logs: "cloudwatch-logs",
    route53: "route-53",
    secretsmanager: "secrets-manager",
  };
  return import(`@aws-sdk/client-${otherNames[signingName] ?? signingName}`);
};

interface Sends {
  send(command: object): Promise<unknown>;
  destroy(): void;
}
type Constructor<Made> = new (input: object) => Made;

const isConstructor = <Made>(value: unknown): value is Constructor<Made> => typeof value === "function";

const constructorIn = <Made>(sdk: object, wanted: (name: string) => boolean): Constructor<Made> => {
  const found = Object.entries(sdk).find(([name]) => wanted(name))?.[1];
  if (!isConstructor<Made>(found)) throw new Error("The package has no such class");
  return found;
};

interface Answer {
  readonly status: number;
  readonly name: string;
  readonly message: string;
}

const isAnswer = (thrown: unknown): thrown is Error & { readonly $metadata: { readonly httpStatusCode: number } } =>
  thrown instanceof Error &&
  "$metadata" in thrown &&
  typeof thrown.$metadata === "object" &&
  thrown.$metadata !== null &&
  "httpStatusCode" in thrown.$metadata &&
  typeof thrown.$metadata.httpStatusCode === "number";

const answerTo = async (sending: Promise<unknown>): Promise<Answer> => {
  try {
    await sending;
    return { status: 200, name: "", message: "" };
  } catch (thrown) {
    if (!isAnswer(thrown)) throw thrown;
    return { status: thrown.$metadata.httpStatusCode, name: thrown.name, message: thrown.message };
  }
};

describe.each(catalogue.map((entry) => [entry.signingName, entry] as const))("%s", (_, entry) => {
  test("no input of any operation is answered with an internal error", { timeout: 600_000 }, async () => {
    const sdk = await clientPackage(entry.signingName);
    const model = await loadServiceModel(await entry.model());
    const client = new (constructorIn<Sends>(sdk, (name) => /^[A-Z][A-Za-z0-9]*Client$/.test(name)))({
      ...served.clientSettings,
      // Nothing may stand before an address.
      disableHostPrefix: true,
    });
    try {
      const failures: string[] = [];
      let refused = 0;
      for (const name of entry.operationNames) {
        const Command = constructorIn<object>(sdk, (exported) => exported === `${name}Command`);
        for (const input of fc.sample(hostileStructure(model.operations.get(name)?.input), {
          numRuns: inputsForEach,
          seed,
        })) {
          const { status, message } = await answerTo(client.send(new Command(input)));
          if (status >= 400) refused += 1;
          if (status >= 500) failures.push(`${name}(${fc.stringify(input).slice(0, 400)}): ${status} ${message}`);
        }
      }
      expect(failures).toEqual([]);
      expect(refused).toBeGreaterThan(0);
    } finally {
      client.destroy();
    }
  });
});
