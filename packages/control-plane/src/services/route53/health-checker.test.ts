import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HealthCheckConfig } from "@aws-sdk/client-route-53";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { afterEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../../state/sqlite/open.ts";
import { isCheckableAddress } from "./checkable-address.ts";
import { health, healthChecks, observations } from "./collections.ts";
import { createHealthChecker } from "./controllers/health-checker.ts";
import { probe } from "./probe.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** An endpoint that answers with a status that may change. */
const serve = async (state: { status: number }): Promise<number> => {
  const server: Server = createServer((_request, response) => {
    response.statusCode = state.status;
    response.end("all is well");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
};
const anywhere = () => true;
const endpoint = (Port: number, more: Partial<HealthCheckConfig> = {}): HealthCheckConfig => ({
  Type: "HTTP",
  IPAddress: "127.0.0.1",
  Port,
  RequestInterval: 10,
  FailureThreshold: 1,
  ...more,
});

describe("one look", () => {
  test("succeeds by status and by what the body holds", async () => {
    const state = { status: 200 };
    const port = await serve(state);
    const look = (more: Partial<HealthCheckConfig> = {}) => probe(endpoint(port, more), anywhere);
    expect(await look()).toEqual({
      success: true,
      status: "Success: HTTP Status Code 200, OK. Resolved IP: 127.0.0.1",
    });
    expect(await look({ Type: "HTTP_STR_MATCH", SearchString: "well" })).toMatchObject({ success: true });
    expect(await look({ Type: "HTTP_STR_MATCH", SearchString: "ill" })).toMatchObject({ success: false });
    expect(await look({ Type: "TCP" })).toMatchObject({ success: true });
    state.status = 503;
    expect(await look()).toEqual({
      success: false,
      status: "Failure: HTTP Status Code 503, Service Unavailable. Resolved IP: 127.0.0.1",
    });
  });

  test("goes to no address that only this machine can reach, also by a name", async () => {
    const port = await serve({ status: 200 });
    for (const config of [
      endpoint(port),
      endpoint(port, { IPAddress: undefined, FullyQualifiedDomainName: "localhost" }),
    ]) {
      expect(await probe(config, isCheckableAddress)).toMatchObject({ success: false });
    }
    const refused = [
      "10.0.0.1",
      "172.16.0.1",
      "192.168.1.1",
      "169.254.169.254",
      "::1",
      "fd00::1",
      "::ffff:10.0.0.1",
      "x",
    ];
    expect(refused.filter(isCheckableAddress)).toEqual([]);
    expect(["198.18.0.1", "203.0.113.1", "2001:db8::1"].every(isCheckableAddress)).toBe(true);
  });
});

describe("the checker", () => {
  const open = async () => {
    const directory = await mkdtemp(join(tmpdir(), "fleetless-health-"));
    const store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock: systemClock });
    cleanUps.push(async () => {
      await store.close();
      await rm(directory, { recursive: true });
    });
    const dependencies = {
      store,
      clock: systemClock,
      logger: silentLogger,
      findVpc: async () => undefined,
      liveNodes: async () => [],
    };
    const checker = createHealthChecker(dependencies, { isCheckable: anywhere });
    const put = (id: string, config: HealthCheckConfig) =>
      store.transaction(async (transaction) =>
        transaction.put(healthChecks, id, { id, accountId: "1", callerReference: id, version: 1, config, tags: {} }),
      );
    const healthy = (id: string) => store.read(async (transaction) => (await transaction.get(health, id))?.healthy);
    return { store, checker, put, healthy };
  };

  test("tells what is healthy, also turned round, switched off and calculated", async () => {
    const { store, checker, put, healthy } = await open();
    const [up, down] = [await serve({ status: 200 }), await serve({ status: 500 })];
    await put("up", endpoint(up));
    await put("down", endpoint(down));
    await put("patient", endpoint(down, { FailureThreshold: 2 }));
    await put("inverted", endpoint(down, { Inverted: true }));
    await put("disabled", endpoint(down, { Disabled: true }));
    await put("both", { Type: "CALCULATED", ChildHealthChecks: ["up", "down"], HealthThreshold: 2 });
    await put("either", { Type: "CALCULATED", ChildHealthChecks: ["up", "down"], HealthThreshold: 1 });
    checker.start();
    try {
      await expect.poll(() => healthy("down"), { timeout: 10_000 }).toBe(false);
      await expect.poll(() => healthy("both"), { timeout: 10_000 }).toBe(false);
      await expect.poll(() => healthy("either"), { timeout: 10_000 }).toBe(true);
      for (const id of ["up", "inverted", "disabled", "patient"]) {
        await expect.poll(() => healthy(id), { timeout: 10_000 }).toBe(true);
      }
      const seen = await store.read((transaction) => transaction.get(observations, "down"));
      expect(seen?.lastFailure?.status).toContain("HTTP Status Code 500");
      await put("down", endpoint(down, { Disabled: true }));
      await expect.poll(() => healthy("down"), { timeout: 10_000 }).toBe(true);
    } finally {
      await checker.stop();
    }
  });
});
