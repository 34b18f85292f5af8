import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageChannelPair } from "./message-channel.ts";

const pair = () => messageChannelPair<string, string>((text) => text.length);

const collect = async (messages: AsyncIterable<string>): Promise<string[]> => {
  const found: string[] = [];
  for await (const message of messages) found.push(message);
  return found;
};

describe("a message channel", () => {
  it("brings messages in order, also those sent before the other end closes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), async (messages) => {
        const [here, there] = pair();
        const received = collect(there.received());
        for (const message of messages) await here.send(message);
        here.close();
        expect(await received).toEqual(messages);
      }),
    );
  });

  it("holds a sender back until the receiver has taken enough", async () => {
    const [here, there] = pair();
    let sent = 0;
    const big = "x".repeat(200 * 1024);
    const sending = (async () => {
      for (; sent < 4; sent += 1) await here.send(big);
      here.close();
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toBe(1);
    expect((await collect(there.received())).length).toBe(4);
    await sending;
  });

  it("lets go of everyone when it closes", async () => {
    const [here, there] = pair();
    const stuck = here.send("x".repeat(300 * 1024));
    const waiting = collect(here.received());
    there.close();
    await stuck;
    expect(await waiting).toEqual([]);
    await here.send("late");
    expect(await collect(there.received())).toEqual([]);
    expect([here.closed, there.closed]).toEqual([true, true]);
  });
});
