import {
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  ListHealthChecksCommand,
  UpdateHealthCheckCommand,
} from "@aws-sdk/client-route-53";
import { expect, test } from "vitest";

import { client } from "./support/served-route53.ts";

test("health checks keep what they are given, with AWS's defaults", async () => {
  const HealthCheckConfig = { Type: "HTTP" as const, IPAddress: "192.0.2.44", ResourcePath: "/health" };
  const made = await client.send(new CreateHealthCheckCommand({ CallerReference: "h1", HealthCheckConfig }));
  const HealthCheckId = made.HealthCheck?.Id ?? "";
  expect(made.HealthCheck).toMatchObject({
    HealthCheckVersion: 1,
    HealthCheckConfig: { Port: 80, RequestInterval: 30, FailureThreshold: 3, Inverted: false },
  });
  const again = await client.send(new CreateHealthCheckCommand({ CallerReference: "h1", HealthCheckConfig }));
  expect(again.HealthCheck?.Id).toBe(HealthCheckId);
  const changed = await client.send(
    new UpdateHealthCheckCommand({ HealthCheckId, ResourcePath: "/ready", Disabled: true }),
  );
  expect(changed.HealthCheck).toMatchObject({ HealthCheckVersion: 2, HealthCheckConfig: { ResourcePath: "/ready" } });
  await expect(
    client.send(new UpdateHealthCheckCommand({ HealthCheckId, HealthCheckVersion: 1 })),
  ).rejects.toMatchObject({ name: "HealthCheckVersionMismatch" });
  await expect(client.send(new GetHealthCheckStatusCommand({ HealthCheckId }))).resolves.toHaveProperty(
    "HealthCheckObservations",
  );
  expect((await client.send(new ListHealthChecksCommand({}))).HealthChecks).toHaveLength(1);
  await client.send(new DeleteHealthCheckCommand({ HealthCheckId }));
  await expect(client.send(new GetHealthCheckCommand({ HealthCheckId }))).rejects.toMatchObject({
    name: "NoSuchHealthCheck",
  });
  await expect(
    client.send(
      new CreateHealthCheckCommand({ CallerReference: "h2", HealthCheckConfig: { Type: "CLOUDWATCH_METRIC" } }),
    ),
  ).rejects.toMatchObject({
    name: "InvalidInput",
    message: "Fleetless does not support health checks of type CLOUDWATCH_METRIC yet.",
  });
});
