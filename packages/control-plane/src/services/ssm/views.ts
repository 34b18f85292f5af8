import type { Parameter, ParameterHistory, ParameterMetadata } from "@aws-sdk/client-ssm";
import type { ParameterRecord, VersionRecord } from "./collections.ts";
import { parameterArn } from "./names.ts";
import { policyViews } from "./policies.ts";

export const parameterView = (
  parameter: ParameterRecord,
  version: VersionRecord,
  value: string,
  selector?: string,
): Parameter => ({
  Name: parameter.name,
  Type: version.type,
  Value: value,
  Version: version.version,
  ...(selector === undefined ? {} : { Selector: `:${selector}` }),
  LastModifiedDate: new Date(version.modifiedAt),
  ARN: parameterArn(parameter, parameter.name),
  DataType: version.dataType,
});

const details = (version: VersionRecord) => ({
  Type: version.type,
  ...(version.keyId === undefined ? {} : { KeyId: version.keyId }),
  LastModifiedDate: new Date(version.modifiedAt),
  LastModifiedUser: version.modifiedBy,
  ...(version.description === undefined ? {} : { Description: version.description }),
  ...(version.allowedPattern === undefined ? {} : { AllowedPattern: version.allowedPattern }),
  Version: version.version,
  Tier: version.tier,
  Policies: policyViews(version.policies),
  DataType: version.dataType,
});

export const metadataView = (parameter: ParameterRecord): ParameterMetadata => ({
  Name: parameter.name,
  ARN: parameterArn(parameter, parameter.name),
  ...details(parameter.latest),
});

export const historyView = (parameter: ParameterRecord, version: VersionRecord, value: string): ParameterHistory => ({
  Name: parameter.name,
  Value: value,
  Labels: labelsOf(parameter, version.version),
  ...details(version),
});

export const labelsOf = ({ labels }: ParameterRecord, version: number): string[] =>
  Object.entries(labels)
    .filter(([, number]) => number === version)
    .map(([label]) => label);
