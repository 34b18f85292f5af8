import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AgentAction, AgentSession } from "./agent-session.ts";
import { encodeClientMessage, messageTypes, payloadTypes } from "./client-message.ts";
import { type ClientAction, ClientSession } from "./client-session.ts";

/** Two sides and what is under way between them; the network may lose, repeat and reorder what a test lets it. */
class Line {
  readonly agent = new AgentSession("ecs-execute-command-0");
  readonly client = new ClientSession();
  readonly toAgent: Buffer[] = [];
  readonly toClient: Buffer[] = [];
  readonly input: Buffer[] = [];
  readonly stdout: Buffer[] = [];
  readonly stderr: Buffer[] = [];
  readonly sizes: object[] = [];
  readonly problems: string[] = [];
  inputEnded = false;
  started = { agent: false, client: false };
  exitCode: number | undefined;
  closed: string | undefined;
  now = 1_000_000;

  agentDid(actions: readonly AgentAction[]): void {
    for (const action of actions) {
      if (action.kind === "send") this.toClient.push(action.frame);
      else if (action.kind === "input") this.input.push(Buffer.from(action.bytes));
      else if (action.kind === "end-of-input") this.inputEnded = true;
      else if (action.kind === "resize") this.sizes.push(action.size);
      else if (action.kind === "start") this.started = { ...this.started, agent: true };
      else this.problems.push(action.kind === "fail" ? action.reason : action.kind);
    }
  }

  clientDid(actions: readonly ClientAction[]): void {
    for (const action of actions) {
      if (action.kind === "send") this.toAgent.push(action.frame);
      else if (action.kind === "output") this[action.stream].push(Buffer.from(action.bytes));
      else if (action.kind === "start") this.started = { ...this.started, client: true };
      else if (action.kind === "exit") this.exitCode = action.exitCode;
      else if (action.kind === "closed") this.closed = action.output;
      else this.problems.push(action.reason);
    }
  }

  /** Delivers all there is, in order. */
  settle(): void {
    while (this.toAgent.length + this.toClient.length > 0) {
      for (const frame of this.toAgent.splice(0)) this.agentDid(this.agent.receive(frame, this.now));
      for (const frame of this.toClient.splice(0)) this.clientDid(this.client.receive(frame, this.now));
    }
  }

  /** Delivers one frame of either queue, or loses it, or delivers it twice. */
  disturb(choice: number): void {
    const queue = choice % 2 === 0 ? this.toAgent : this.toClient;
    if (queue.length === 0) return;
    const [frame] = queue.splice((choice >> 4) % queue.length, 1);
    if (frame === undefined) return;
    const times = (choice >> 1) % 4 === 0 ? 0 : (choice >> 1) % 4 === 1 ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      if (queue === this.toAgent) this.agentDid(this.agent.receive(frame, this.now));
      else this.clientDid(this.client.receive(frame, this.now));
    }
  }

  /** Time goes on until nothing waits to be acknowledged. */
  recover(): void {
    for (let round = 0; round < 5_000; round += 1) {
      this.settle();
      if (this.agent.dueAt === undefined && this.client.dueAt === undefined) return;
      this.now += 1_000;
      this.agentDid(this.agent.tick(this.now));
      this.clientDid(this.client.tick(this.now));
    }
    throw new Error("it does not come to rest");
  }
}

const open = (): Line => {
  const line = new Line();
  line.agentDid(line.agent.open("NonInteractiveCommands", line.now));
  line.settle();
  return line;
};

describe("a session", () => {
  it("shakes hands, carries both ways, and tells how it ended", () => {
    const line = open();
    expect(line.started).toEqual({ agent: true, client: true });
    line.toAgent.push(line.client.resize({ columns: 120, rows: 40 }, line.now));
    line.toAgent.push(line.client.input(Buffer.from("hello"), line.now));
    line.toAgent.push(line.client.endOfInput(line.now));
    line.agentDid(line.agent.output("stdout", Buffer.from("out"), line.now));
    line.agentDid(line.agent.output("stderr", Buffer.from("err"), line.now));
    line.agentDid(line.agent.exitCode(3, line.now));
    line.settle();
    line.toClient.push(line.agent.close("", line.now));
    line.settle();
    expect(Buffer.concat(line.input).toString()).toBe("hello");
    expect(line).toMatchObject({ inputEnded: true, exitCode: 3, closed: "", problems: [] });
    expect(line.sizes).toEqual([{ columns: 120, rows: 40 }]);
    expect(Buffer.concat(line.stdout).toString()).toBe("out");
    expect(Buffer.concat(line.stderr).toString()).toBe("err");
  });

  it("brings every byte once and in order, whatever is lost, repeated and overtaken", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant("input" as const), bytes }),
      fc.record({ kind: fc.constant("output" as const), bytes }),
      fc.record({ kind: fc.constant("disturb" as const), choice: fc.nat({ max: 4_095 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const line = open();
        const typed: Uint8Array[] = [];
        const written: Uint8Array[] = [];
        for (const each of steps) {
          line.now += 7;
          if (each.kind === "disturb") line.disturb(each.choice);
          else if (each.kind === "input") {
            typed.push(each.bytes);
            line.toAgent.push(line.client.input(each.bytes, line.now));
          } else {
            written.push(each.bytes);
            line.agentDid(line.agent.output("stdout", each.bytes, line.now));
          }
        }
        line.recover();
        expect(Buffer.concat(line.input).equals(Buffer.concat(typed))).toBe(true);
        expect(Buffer.concat(line.stdout).equals(Buffer.concat(written))).toBe(true);
        expect(line.agent.unacknowledgedBytes + line.client.unacknowledgedBytes).toBe(0);
        expect(line.problems).toEqual([]);
      }),
    );
  });

  it("sends again what is not acknowledged, later and later up to a second, and gives up in the end", () => {
    const line = open();
    line.agentDid(line.agent.output("stdout", Buffer.from("lost"), line.now));
    line.toClient.splice(0);
    const due = line.agent.dueAt ?? 0;
    expect(due).toBeGreaterThan(line.now);
    expect(due).toBeLessThanOrEqual(line.now + 1_000);
    expect(line.agent.tick(due - 1)).toEqual([]);
    expect(line.agent.tick(due)).toMatchObject([{ kind: "send" }]);
    const failed = Array.from({ length: 4_000 }, (_, at) => line.agent.tick(due + (at + 1) * 1_000))
      .flat()
      .at(-1);
    expect(failed).toMatchObject({ kind: "fail", reason: "The client does not acknowledge what it is sent" });
  });

  it("ends with a reason, and never otherwise, whatever bytes come", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (frames) => {
        const { agent, now } = open();
        const actions = frames.flatMap((frame) => agent.receive(frame, now));
        expect(actions.every((action) => action.kind === "fail" || action.kind === "send")).toBe(true);
        expect(actions.filter((action) => action.kind === "fail").length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("ends with a reason for well-formed frames that make no sense", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...messageTypes),
        fc.nat({ max: 5_000 }),
        fc.nat({ max: 14 }),
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc.json().map((text) => Buffer.from(text)),
          fc
            .constantFrom(
              '{"cols":-1,"rows":1e9}',
              '{"cols":1}',
              "[]",
              "null",
              '{"AcknowledgedMessageSequenceNumber":1e99}',
            )
            .map((text) => Buffer.from(text)),
        ),
        (type, sequenceNumber, payloadType, payload) => {
          const { agent, now } = open();
          const frame = encodeClientMessage({
            type,
            schemaVersion: 1,
            createdAt: now,
            sequenceNumber,
            flags: 0,
            messageId: "00112233-4455-6677-8899-aabbccddeeff",
            payloadType,
            payload,
          });
          for (const action of agent.receive(frame, now)) expect(typeof action.kind).toBe("string");
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("refuses a handshake that the client did not do, and input before it", () => {
    const agent = new AgentSession("s");
    agent.open("InteractiveCommands", 0);
    const client = new ClientSession();
    expect(agent.receive(client.input(Buffer.from("x"), 0), 0)).toContainEqual({
      kind: "fail",
      reason: "The handshake comes first",
    });
    const other = new AgentSession("s");
    other.open("InteractiveCommands", 0);
    const refusal = { ClientVersion: "1", ProcessedClientActions: [{ ActionType: "SessionType", ActionStatus: 2 }] };
    const frame = encodeClientMessage({
      type: "input_stream_data",
      schemaVersion: 1,
      createdAt: 0,
      sequenceNumber: 0,
      flags: 1,
      messageId: "00112233-4455-6677-8899-aabbccddeeff",
      payloadType: payloadTypes.handshakeResponse,
      payload: Buffer.from(JSON.stringify(refusal)),
    });
    expect(other.receive(frame, 0)).toContainEqual({
      kind: "fail",
      reason: "The handshake failed: the client did not accept SessionType",
    });
  });
});
