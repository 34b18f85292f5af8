import { sdkSchemas } from "@fleetless/aws-protocol";
import { cloudTrailOperations } from "./cloudtrail/operations.ts";
import { ec2Operations } from "./ec2/operations.ts";
import { storedOnly as ec2StoredOnly } from "./ec2/service.ts";
import { ecrOperations, ecrStoredOnly } from "./ecr/operations.ts";
import { ecsOperations } from "./ecs/operations.ts";
import { storedOnly as ecsStoredOnly } from "./ecs/service.ts";
import { iamOperations } from "./iam/operations.ts";
import { storedOnly as iamStoredOnly } from "./iam/service.ts";
import { kmsOperations } from "./kms/operations.ts";
import { logsOperations } from "./logs/operations.ts";
import { route53Operations } from "./route53/operations.ts";
import { secretsManagerOperations, storedOnly as secretsManagerStoredOnly } from "./secretsmanager/operations.ts";
import { serviceDiscoveryOperations } from "./servicediscovery/operations.ts";
import { ssmOperations } from "./ssm/operations.ts";
import { stsOperations } from "./sts/operations.ts";

/** What is known of a service without a running store: enough for docs/compatibility. */
export interface CatalogueEntry {
  /** The service's name in the SigV4 credential scope. */
  readonly signingName: string;
  readonly model: () => Promise<object>;
  readonly operationNames: readonly string[];
  /** Operations that only keep what they are given. */
  readonly storedOnly: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

/** Every service: add yours here when you add its folder. */
export const catalogue: readonly CatalogueEntry[] = [
  {
    signingName: "sts",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-sts")),
    operationNames: Object.keys(stsOperations),
    storedOnly: none,
  },
  {
    signingName: "iam",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-iam")),
    operationNames: Object.keys(iamOperations),
    storedOnly: iamStoredOnly,
  },
  {
    signingName: "ecs",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-ecs")),
    operationNames: Object.keys(ecsOperations),
    storedOnly: ecsStoredOnly,
  },
  {
    signingName: "ecr",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-ecr")),
    operationNames: Object.keys(ecrOperations),
    storedOnly: ecrStoredOnly,
  },
  {
    signingName: "ec2",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-ec2")),
    operationNames: Object.keys(ec2Operations),
    storedOnly: ec2StoredOnly,
  },
  {
    signingName: "logs",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-cloudwatch-logs")),
    operationNames: Object.keys(logsOperations),
    storedOnly: none,
  },
  {
    signingName: "cloudtrail",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-cloudtrail")),
    operationNames: Object.keys(cloudTrailOperations),
    storedOnly: none,
  },
  {
    signingName: "kms",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-kms")),
    operationNames: Object.keys(kmsOperations),
    storedOnly: none,
  },
  {
    signingName: "secretsmanager",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-secrets-manager")),
    operationNames: Object.keys(secretsManagerOperations),
    storedOnly: secretsManagerStoredOnly,
  },
  {
    signingName: "ssm",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-ssm")),
    operationNames: Object.keys(ssmOperations),
    storedOnly: none,
  },
  {
    signingName: "route53",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-route-53")),
    operationNames: Object.keys(route53Operations),
    storedOnly: none,
  },
  {
    signingName: "servicediscovery",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-servicediscovery")),
    operationNames: Object.keys(serviceDiscoveryOperations),
    storedOnly: none,
  },
];
