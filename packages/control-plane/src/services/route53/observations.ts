import type { HealthCheckObservation } from "@aws-sdk/client-route-53";
import { invalidInput } from "./errors.ts";

/** What the one checker, which is this control plane, has seen last; nothing before it has looked. */
export const observationViews = (
  status: string | undefined,
  checkedAt: number | undefined,
): HealthCheckObservation[] =>
  status === undefined || checkedAt === undefined
    ? []
    : [{ IPAddress: "127.0.0.1", StatusReport: { Status: status, CheckedTime: new Date(checkedAt) } }];

export const noObservations = () =>
  invalidInput("A calculated health check has no observations of its own: ask for those of its children.");
