import { ManualClock, nodeId, workloadId } from "@fleetless/kernel";
import { describe, expect, it } from "vitest";
import { ProcessOffers } from "./process-offers.ts";
import { SessionTokens } from "./session-tokens.ts";

describe("a session's token", () => {
  it("opens its own session, once, and not after its time", () => {
    const clock = new ManualClock();
    const tokens = new SessionTokens<string>(clock);
    const [one, other] = [tokens.issue("one", "first") ?? "", tokens.issue("other", "second") ?? ""];
    expect(tokens.redeem("one", other)).toBeUndefined();
    expect(tokens.redeem("one", "")).toBeUndefined();
    expect(tokens.redeem("none", one)).toBeUndefined();
    expect(tokens.redeem("one", one)).toBe("first");
    expect(tokens.redeem("one", one)).toBeUndefined();
    clock.advance(60_001);
    expect(tokens.redeem("other", other)).toBeUndefined();
  });

  it("is refused where too many wait, until some have expired", () => {
    const clock = new ManualClock();
    const tokens = new SessionTokens<number>(clock);
    const issued = Array.from({ length: 10_001 }, (_, at) => tokens.issue(String(at), at));
    expect(issued.at(-2)).toBeDefined();
    expect(issued.at(-1)).toBeUndefined();
    clock.advance(60_001);
    expect(tokens.issue("later", 1)).toBeDefined();
  });
});

describe("an offered command", () => {
  const request = { workloadId: workloadId("a".repeat(32)), container: "main", command: ["sh"], terminal: true };
  const [mine, another] = [nodeId("mine"), nodeId("another")];

  it("goes to its node alone, and is taken up once", async () => {
    const offers = new ProcessOffers(new ManualClock());
    const { signal } = new AbortController();
    const asking = offers.requests(mine, signal);
    const offered = offers.offer(mine, request, signal);
    const [told] = await asking;
    expect(told).toMatchObject(request);
    expect(offers.take(another, told?.id ?? "")).toBeUndefined();
    const node = offers.take(mine, told?.id ?? "");
    expect(offers.take(mine, told?.id ?? "")).toBeUndefined();
    const channel = await offered;
    await node?.send({ kind: "ended", exitCode: 4 });
    node?.close();
    for await (const message of channel?.received() ?? []) expect(message).toEqual({ kind: "ended", exitCode: 4 });
  });

  it("is withdrawn when nobody waits for it any more", async () => {
    const offers = new ProcessOffers(new ManualClock());
    const given = new AbortController();
    const offered = offers.offer(mine, request, given.signal);
    const [told] = await offers.requests(mine, new AbortController().signal);
    given.abort();
    expect(await offered).toBeUndefined();
    expect(offers.take(mine, told?.id ?? "")).toBeUndefined();
  });

  it("is asked for in vain after a while", async () => {
    const clock = new ManualClock();
    const asking = new ProcessOffers(clock).requests(mine, new AbortController().signal);
    clock.advance(20_000);
    expect(await asking).toEqual([]);
  });
});
