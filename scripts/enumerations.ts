import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Draws packages/aws-protocol/src/model/enumerations/*.json from the type declarations of the SDK's packages:
 * the schemas that they export at run time do not link a member with its enumeration.
 * Run it again after an upgrade of the SDK: `node scripts/enumerations.ts`.
 */
const packages: Readonly<Record<string, string>> = {
  "client-cloudwatch-logs": "cloudwatch-logs",
  "client-ec2": "ec2",
  "client-ecr": "ecr",
  "client-ecs": "ecs",
  "client-iam": "iam",
  "client-kms": "kms",
  "client-route-53": "route-53",
  "client-secrets-manager": "secrets-manager",
  "client-servicediscovery": "service-discovery",
  "client-ssm": "ssm",
};

const root = new URL("..", import.meta.url);

for (const [name, file] of Object.entries(packages)) {
  const models = new URL(`node_modules/@aws-sdk/${name}/dist-types/models/`, root);
  const declared = [...readFileSync(new URL("enums.d.ts", models), "utf8").matchAll(/export declare const (\w+):/g)];
  const enumerations = new Set(declared.map(([, enumeration]) => enumeration));
  const table: Record<string, Record<string, string>> = {};
  for (const source of readdirSync(models).filter((entry) => /^(models_\d+|errors)\.d\.ts$/.test(entry))) {
    const declarations = readFileSync(new URL(source, models), "utf8");
    for (const [, structure, body] of declarations.matchAll(/export interface (\w+) \{\n([\s\S]*?)\n\}/g)) {
      for (const [, member, type] of body?.matchAll(/^ {4}(\w+)\??: (\w+)(?:\[\])? \| undefined;$/gm) ?? []) {
        if (structure === undefined || member === undefined || type === undefined || !enumerations.has(type)) continue;
        table[structure] = { ...table[structure], [member]: type };
      }
    }
  }
  const target = new URL(`packages/aws-protocol/src/model/enumerations/${file}.json`, root);
  writeFileSync(target, `${JSON.stringify(table, undefined, 1)}\n`);
}
