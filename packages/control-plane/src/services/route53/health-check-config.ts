import { isIP } from "node:net";
import type { HealthCheckConfig } from "@aws-sdk/client-route-53";
import { invalidInput, notSupported } from "./errors.ts";

const endpointTypes: ReadonlySet<string> = new Set(["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"]);

const range = (name: string, value: number | undefined, least: number, most: number): void => {
  if (value !== undefined && (value < least || value > most)) {
    throw invalidInput(`Invalid parameter : ${name} must be from ${least} to ${most}, not ${value}`);
  }
};

const checkEndpoint = (config: HealthCheckConfig): HealthCheckConfig => {
  const { IPAddress: address, FullyQualifiedDomainName: domain, Type: type = "TCP" } = config;
  if (address === undefined && domain === undefined) {
    throw invalidInput("Invalid parameter : IPAddress or FullyQualifiedDomainName must be given");
  }
  if (address !== undefined && isIP(address) === 0)
    throw invalidInput(`Invalid parameter : IP address ${address.slice(0, 60)} is not valid.`);
  if (type === "TCP" && config.Port === undefined)
    throw invalidInput("Invalid parameter : A TCP health check needs a Port");
  const matches = type.endsWith("_STR_MATCH");
  if (matches !== (config.SearchString !== undefined)) {
    throw invalidInput(
      `Invalid parameter : SearchString ${matches ? "must" : "cannot"} be given for a health check of type ${type}`,
    );
  }
  if ((config.SearchString?.length ?? 0) > 255)
    throw invalidInput("Invalid parameter : SearchString must have at most 255 characters");
  range("Port", config.Port, 1, 65_535);
  range("FailureThreshold", config.FailureThreshold, 1, 10);
  const interval = config.RequestInterval ?? 30;
  if (interval !== 10 && interval !== 30) throw invalidInput("Invalid parameter : RequestInterval must be 10 or 30");
  const isHttp = type !== "TCP";
  return {
    ...config,
    RequestInterval: interval,
    FailureThreshold: config.FailureThreshold ?? 3,
    MeasureLatency: config.MeasureLatency ?? false,
    Inverted: config.Inverted ?? false,
    Disabled: config.Disabled ?? false,
    ...(isHttp ? { EnableSNI: config.EnableSNI ?? type.startsWith("HTTPS") } : {}),
    ...(isHttp && config.Port === undefined ? { Port: type.startsWith("HTTPS") ? 443 : 80 } : {}),
  };
};

const checkCalculated = (config: HealthCheckConfig): HealthCheckConfig => {
  const children = config.ChildHealthChecks ?? [];
  if (children.length === 0)
    throw invalidInput("Invalid parameter : A calculated health check needs ChildHealthChecks");
  if (config.HealthThreshold === undefined)
    throw invalidInput("Invalid parameter : A calculated health check needs a HealthThreshold");
  range("HealthThreshold", config.HealthThreshold, 0, 256);
  if (children.length > 255) throw invalidInput("Invalid parameter : At most 255 ChildHealthChecks can be given");
  return { ...config, Inverted: config.Inverted ?? false, Disabled: config.Disabled ?? false };
};

/** The settings with AWS's defaults. Throws InvalidInput. */
export const checkHealthCheckConfig = (config: HealthCheckConfig): HealthCheckConfig => {
  const { Type: type } = config;
  if (type === "CALCULATED") return checkCalculated(config);
  if (type !== undefined && endpointTypes.has(type)) return checkEndpoint(config);
  throw notSupported(`health checks of type ${type}`);
};
