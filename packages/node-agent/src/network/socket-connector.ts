/**
 * Runs inside a task's network namespace while something is fetched for the task: connects the sockets that it is told
 * and hands them to the agent, which cannot enter a namespace itself. What they carry does not pass through here.
 */
import { flushCompileCache } from "node:module";
import { connect, isIPv6, type LookupFunction, type Socket } from "node:net";
import {
  type ConnectionDestination,
  type ConnectorAnswer,
  type ConnectorSettings,
  isConnectorMessage,
} from "./connector-protocol.ts";
import { LookupError, lookUpHost } from "./host-lookup.ts";

const settings: ConnectorSettings = JSON.parse(process.argv[2] ?? "{}");
/** A host with several addresses may have one that does not answer. */
const addressMilliseconds = 5_000;

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  ECONNRESET: "connect: connection reset by peer",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  EADDRNOTAVAIL: "connect: cannot assign requested address",
  ETIMEDOUT: "i/o timeout",
};

const wordOf = (thrown: unknown): string => {
  // Of several addresses the first counts.
  const cause: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  if (!(cause instanceof Error)) return String(cause);
  return "code" in cause && typeof cause.code === "string" ? (words[cause.code] ?? cause.message) : cause.message;
};

const underWay = new Map<number, (failure: string) => void>();

const open = async (id: number, { host, port }: ConnectionDestination): Promise<void> => {
  let socket: Socket | undefined;
  let address: string | undefined;
  const end = (answer: ConnectorAnswer): void => {
    if (!underWay.delete(id)) return;
    clearTimeout(timer);
    process.send?.(answer);
    socket?.destroy();
  };
  const target = (): string => {
    if (address === undefined) return `lookup ${host}`;
    return `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  };
  const fail = (why: string): void =>
    end({ id, failure: `dial tcp ${target()}: ${why}`, ...(address === undefined ? {} : { address }) });
  const timer = setTimeout(() => fail("i/o timeout"), settings.limitMilliseconds);
  underWay.set(id, fail);
  try {
    const addresses = await lookUpHost(host, settings);
    [address] = addresses;
    if (!underWay.has(id)) return;
    const known = addresses.map((each) => ({ address: each, family: isIPv6(each) ? 6 : 4 }));
    const lookup: LookupFunction = (_host, _options, answer) => answer(null, known);
    const opening = connect({
      host,
      port,
      lookup,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: addressMilliseconds,
    });
    socket = opening;
    // What the other side says is for the agent to read.
    opening.pause();
    opening.once("error", (thrown) => fail(wordOf(thrown)));
    opening.once("connect", () => {
      if (!underWay.delete(id)) return void opening.destroy();
      clearTimeout(timer);
      process.send?.({ id }, opening, {}, (thrown) => {
        if (thrown !== null) process.send?.({ id, failure: `dial tcp ${target()}: ${wordOf(thrown)}` });
      });
    });
  } catch (thrown) {
    if (thrown instanceof LookupError) end({ id, failure: `dial tcp: ${thrown.message}` });
    else fail(wordOf(thrown));
  }
};

process.on("message", (message) => {
  if (!isConnectorMessage(message)) return;
  if (message.kind === "connect") void open(message.id, message.destination);
  else underWay.get(message.id)?.("operation was canceled");
});

// It is killed, and what was compiled is otherwise kept at an orderly end only.
flushCompileCache();

// Of an agent that was killed nothing is left here. Node tells nothing of a channel that ends with a handle under way.
setInterval(() => {
  if (!process.connected) process.exit(1);
}, 100);
