import { ServiceError } from "@fleetless/kernel";
import { describeViolations, type Violation } from "../model/check-input.ts";
import type { ProtocolName, ServiceModel } from "../model/service-model.ts";

const modelledCodes = [
  "ValidationException",
  "InvalidParameterException",
  "InvalidParameterValueException",
  "BadRequestException",
];

/** What a service answers where required members are missing or values lie outside their enumerations. */
export const validationError = (
  violations: readonly Violation[],
  protocol: ProtocolName,
  model: ServiceModel,
): ServiceError => {
  if (protocol === "ec2-query") return ec2Error(violations);
  if (protocol === "query") return new ServiceError("ValidationError", 400, describeViolations(violations));
  const code = modelledCodes.find((name) => model.errors.has(name)) ?? "ValidationException";
  return new ServiceError(code, 400, describeViolations(violations));
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const ec2Error = (violations: readonly Violation[]): ServiceError => {
  const [first] = violations;
  const name =
    first === undefined ? "" : first.path.charAt(0).toUpperCase() + first.path.slice(1).replaceAll(".member", "");
  return first?.kind === "not-in-enumeration"
    ? new ServiceError(
        "InvalidParameterValue",
        400,
        `Value (${first.value?.slice(0, 128)}) for parameter ${name} is invalid.`,
      )
    : new ServiceError("MissingParameter", 400, `The request must contain the parameter ${name}`);
};
