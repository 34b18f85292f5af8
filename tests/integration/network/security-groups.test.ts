import { afterAll, beforeAll, expect, it } from "vitest";
import { allTraffic, group, interfaceIn, NetworkFixture, reach, tcp, vpcWith } from "./fixture.ts";

const fixture = new NetworkFixture();
beforeAll(async () => {
  await fixture.open();
});
afterAll(() => fixture.dispose());

it("lets through what both sides' groups allow, and nothing else", async () => {
  const web = group([tcp(80)]);
  const client = group([]);
  const vpc = vpcWith([web, client]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [web]));
  const asking = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [client]));
  await Promise.all([fixture.serve(server, 80), fixture.serve(server, 81), fixture.serve(asking, 80)]);
  expect(
    await Promise.all([
      reach(asking, server.address, 80),
      reach(asking, server.address, 81),
      reach(server, asking.address, 80),
    ]),
  ).toEqual(["from 10.0.1.11", undefined, undefined]);
  expect(allTraffic.protocol).toBe("-1");
});
