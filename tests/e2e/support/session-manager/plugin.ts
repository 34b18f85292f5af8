/**
 * Stands where AWS's session-manager-plugin does: the AWS CLI starts it with a session as argument. It brings its
 * input to the session and shows what comes back.
 */
import process from "node:process";
import { SessionClient } from "./client.ts";

const [response, , operation] = process.argv.slice(2);
if (response === undefined) {
  process.stdout.write("\nThe Session Manager plugin was installed successfully.\n\n");
} else if (operation !== "StartSession") {
  process.stdout.write("Invalid Operation");
} else {
  const { SessionId: sessionId, StreamUrl: streamUrl, TokenValue: tokenValue, ...lower } = JSON.parse(response);
  const client = new SessionClient(sessionId === undefined ? lower : { sessionId, streamUrl, tokenValue });
  process.stdout.write(`\nStarting session with SessionId: ${sessionId ?? lower.sessionId}\n`);
  await client.until("the handshake", () => client.ready);
  client.resize(300, 100);
  process.stdin.on("data", (bytes: Buffer) =>
    client.send(1, bytes.equals(Buffer.from("\n")) ? Buffer.from("\r") : bytes),
  );
  await client.until("the end", () => client.closed !== undefined, 60_000);
  process.stdout.write(client.output);
  process.stdout.write(client.closed === "" ? "\n\nExiting session.\n\n" : `\n\n${client.closed}\n\n`);
  process.exit(0);
}
