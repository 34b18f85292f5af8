import type { Clock, Logger, Region } from "@fleetless/kernel";
import type { SecretValues } from "../compute/service.ts";
import type { SecretSealer } from "../credentials/sealing.ts";
import type { AuditSink, Authoriser } from "../gateway/ports.ts";
import type { Service } from "../gateway/service.ts";
import { createKeyUse, createKmsService } from "../services/kms/service.ts";
import {
  createSecretReader,
  createSecretsManagerService,
  type SecretReader,
} from "../services/secretsmanager/service.ts";
import { createParameterReader, createSsmService } from "../services/ssm/service.ts";
import type { Store } from "../state/store.ts";
import { recordDecisions } from "./recorded-authoriser.ts";
import { createSecretValues } from "./secret-values.ts";

interface SecretServicesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sealer: SecretSealer;
  readonly authoriser: Authoriser;
  readonly audit: AuditSink;
  /** Where the audit trail says that tasks read. */
  readonly region: Region;
}

/** Keys, secrets and parameters, and what of them tasks may read. */
export const createSecretServices = (
  options: SecretServicesOptions,
): {
  readonly services: readonly Service[];
  readonly secretValues: SecretValues;
  readonly secretReader: SecretReader;
} => {
  const dependencies = { ...options, keys: createKeyUse(options) };
  const { authoriser, audit, clock, region } = options;
  const recorded = {
    ...dependencies,
    authoriser: recordDecisions(authoriser, audit, { now: () => clock.now(), region }),
  };
  const secretReader = createSecretReader(recorded);
  return {
    secretReader,
    services: [createKmsService(options), createSecretsManagerService(dependencies), createSsmService(dependencies)],
    secretValues: createSecretValues({
      store: options.store,
      clock: options.clock,
      secrets: secretReader,
      parameters: createParameterReader(recorded),
    }),
  };
};
