import { randomUUID } from "node:crypto";
import type { Clock } from "@fleetless/kernel";
import { passageTo, type SecretValues } from "../compute/service.ts";
import { parseSecretReference, type SecretReference } from "../services/ecs/service.ts";
import { type SecretReader, secretCollections } from "../services/secretsmanager/service.ts";
import { type ParameterReader, parameterCollections } from "../services/ssm/service.ts";
import { CollectionWatch } from "../state/collection-watch.ts";
import type { Store } from "../state/store.ts";
import { secretRetrievalError } from "./secret-retrieval-error.ts";
import { selectJsonKey } from "./select-json-key.ts";

interface Sources {
  readonly store: Store;
  readonly clock: Clock;
  readonly secrets: SecretReader;
  readonly parameters: ParameterReader;
}

/** What `valueFrom` of a container's secret names, read in the name of the task's execution role. */
export const createSecretValues = ({ store, clock, secrets, parameters }: Sources): SecretValues => {
  const watch = new CollectionWatch(store, [...secretCollections, ...parameterCollections]);
  // Counting begins anew with every run, so a version of an earlier one must never be equal.
  const run = randomUUID();

  const read: SecretValues["read"] = async (user, valueFrom) => {
    const reference = parseSecretReference(valueFrom);
    if (reference === undefined) throw new Error(`The task definition holds a secret that is none: ${valueFrom}`);
    const region = reference.region ?? user.region;
    const endpoint = passageTo(user.via, reference.kind === "parameter" ? "ssm" : "secretsmanager", region);
    const reader = {
      endpoint,
      principal: user.principal,
      scope: { accountId: user.principal.accountId, region },
      conditionKeys: user.conditionKeys({ region, now: clock.now(), endpoint }),
    };
    try {
      if (reference.kind === "parameter") {
        const text = await parameters.read({ ...reader, viaService: "ssm" }, reference.name);
        return Buffer.from(text, "utf8");
      }
      const { arn, versionId, versionStage } = reference;
      const selector = { versionId, versionStage };
      const plain = await secrets.read({ ...reader, viaService: "secretsmanager" }, arn, selector);
      return select(reference, plain);
    } catch (thrown) {
      throw secretRetrievalError(reference, thrown);
    }
  };

  return { read, version: async () => `${run}/${await watch.generation()}`, close: () => watch.close() };
};

const select = (
  { jsonKey }: SecretReference & { readonly kind: "secret" },
  plain: { readonly kind: "string" | "binary"; readonly text: string },
): Buffer => {
  const bytes = Buffer.from(plain.text, plain.kind === "binary" ? "base64" : "utf8");
  return jsonKey === undefined ? bytes : Buffer.from(selectJsonKey(bytes.toString("utf8"), jsonKey), "utf8");
};
