import { createSocket } from "node:dgram";
import process from "node:process";

/**
 * A busy client: asks one server in turn for each of some names, with many queries outstanding at any time, for so many
 * seconds after a second of warming up. Prints queries answered per second, and how long an answer took.
 */
const [address = "", portText = "53", secondsText = "3", outstandingText = "64", ...names] = process.argv.slice(2);
const port = Number(portText);
const milliseconds = Number(secondsText) * 1_000;
const outstanding = Number(outstandingText);
const warmUpMilliseconds = 1_000;
const lostMilliseconds = 200;

const encodeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
const queries = names.map((name) =>
  Buffer.concat([Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), encodeName(name), Buffer.from([0, 1, 0, 1])]),
);

const sentAt = new Float64Array(65_536);
const taken: number[] = [];
let nextId = 0;
let answered = 0;
let wrong = 0;
let lost = 0;
let isMeasured = false;

const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
const ask = (): void => {
  const id = nextId;
  nextId = (nextId + 1) & 0xffff;
  const query = Buffer.from(queries[id % queries.length] ?? Buffer.alloc(0));
  query.writeUInt16BE(id, 0);
  sentAt[id] = performance.now();
  socket.send(query);
};
socket.on("message", (message) => {
  const id = message.readUInt16BE(0);
  const from = sentAt[id] ?? 0;
  if (from === 0) return;
  sentAt[id] = 0;
  if (isMeasured) {
    answered += 1;
    if ((message.readUInt16BE(2) & 15) !== 0 || message.readUInt16BE(6) === 0) wrong += 1;
    if (answered % 16 === 0) taken.push(performance.now() - from);
  }
  ask();
});
await new Promise<void>((resolve) => socket.connect(port, address, resolve));
for (let each = 0; each < outstanding; each += 1) ask();
setInterval(() => {
  const before = performance.now() - lostMilliseconds;
  for (const [id, from] of sentAt.entries()) {
    if (from === 0 || from > before) continue;
    sentAt[id] = 0;
    if (isMeasured) lost += 1;
    ask();
  }
}, lostMilliseconds / 2);
await new Promise((resolve) => setTimeout(resolve, warmUpMilliseconds));
isMeasured = true;
const begun = performance.now();
await new Promise((resolve) => setTimeout(resolve, milliseconds));
const seconds = (performance.now() - begun) / 1_000;
taken.sort((one, other) => one - other);
const at = (share: number): number => taken[Math.floor(taken.length * share)] ?? Number.NaN;
process.stdout.write(JSON.stringify({ perSecond: answered / seconds, wrong, lost, median: at(0.5), worst: at(0.99) }));
process.exit(0);
