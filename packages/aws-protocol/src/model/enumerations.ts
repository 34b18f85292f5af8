import type { Enumerations } from "./shape.ts";

/** By structure, then member: the name under which the SDK exports the member's enumeration. */
type EnumerationNames = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The SDK's schemas do not say which member holds which enumeration; its type declarations do, so
 * scripts/enumerations.ts draws these tables from them. A service without a table has no enumerations checked.
 */
const tables: Readonly<Record<string, () => Promise<{ readonly default: EnumerationNames }>>> = {
  "CloudWatch Logs": () => import("./enumerations/cloudwatch-logs.json", { with: { type: "json" } }),
  EC2: () => import("./enumerations/ec2.json", { with: { type: "json" } }),
  ECR: () => import("./enumerations/ecr.json", { with: { type: "json" } }),
  ECS: () => import("./enumerations/ecs.json", { with: { type: "json" } }),
  IAM: () => import("./enumerations/iam.json", { with: { type: "json" } }),
  KMS: () => import("./enumerations/kms.json", { with: { type: "json" } }),
  "Route 53": () => import("./enumerations/route-53.json", { with: { type: "json" } }),
  "Secrets Manager": () => import("./enumerations/secrets-manager.json", { with: { type: "json" } }),
  ServiceDiscovery: () => import("./enumerations/service-discovery.json", { with: { type: "json" } }),
  SSM: () => import("./enumerations/ssm.json", { with: { type: "json" } }),
};

/** The enumerations of a service's members; `sdk` is the package's exports, which hold the values. */
export const loadEnumerations = async (serviceId: string, sdk: object): Promise<Enumerations> => {
  const table = await tables[serviceId]?.();
  if (table === undefined) return () => undefined;
  const exported = new Map<string, unknown>(Object.entries(sdk));
  const values = new Map<string, readonly string[] | undefined>();
  return (structure, member) => {
    const name = table.default[structure]?.[member];
    if (name === undefined) return undefined;
    if (!values.has(name)) values.set(name, valuesOf(exported.get(name)));
    return values.get(name);
  };
};

const valuesOf = (enumeration: unknown): readonly string[] | undefined =>
  typeof enumeration === "object" && enumeration !== null
    ? Object.values(enumeration).filter((value): value is string => typeof value === "string")
    : undefined;
