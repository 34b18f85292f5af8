import type { Authorisation } from "../../gateway/operation.ts";
import { permission } from "../../gateway/operation.ts";
import type { Route53Dependencies } from "./dependencies.ts";
import { bareId } from "./repository.ts";

export const zoneArn = (id: string | undefined): string => `arn:aws:route53:::hostedzone/${bareId(id)}`;
export const healthCheckArn = (id: string | undefined): string => `arn:aws:route53:::healthcheck/${bareId(id)}`;

interface NamesZone {
  readonly HostedZoneId?: string | undefined;
  readonly Id?: string | undefined;
}

/** The usual case: one action on the hosted zone that the input names. */
export const onZone = <Input extends NamesZone>(action: string): Authorisation<Input, Route53Dependencies> =>
  permission(action, (input) => [zoneArn(input.HostedZoneId ?? input.Id)]);

export const onHealthCheck = <Input extends { readonly HealthCheckId?: string | undefined }>(
  action: string,
): Authorisation<Input, Route53Dependencies> => permission(action, (input) => [healthCheckArn(input.HealthCheckId)]);

/** An action that has no resource. */
export const onAccount = (action: string): Authorisation<unknown, Route53Dependencies> =>
  permission(action, () => ["*"]);

export const onTagged = <
  Input extends { readonly ResourceType?: string | undefined; readonly ResourceId?: string | undefined },
>(
  action: string,
): Authorisation<Input, Route53Dependencies> =>
  permission(action, (input) => [
    input.ResourceType === "healthcheck" ? healthCheckArn(input.ResourceId) : zoneArn(input.ResourceId),
  ]);
