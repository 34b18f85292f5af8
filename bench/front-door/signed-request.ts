import type { ECSClient } from "@aws-sdk/client-ecs";

interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const isSigned = (request: unknown): request is SignedRequest =>
  typeof request === "object" && request !== null && "headers" in request && "path" in request;

/** The bytes that an unmodified client would send for what `send` sends, signed; nothing is sent. */
export const signedRequest = async (
  client: ECSClient,
  send: (client: ECSClient) => Promise<unknown>,
): Promise<Buffer> => {
  let signed: SignedRequest | undefined;
  client.middlewareStack.add(
    () => async (args) => {
      if (isSigned(args.request)) signed = args.request;
      return { response: {}, output: { $metadata: {} } };
    },
    { step: "deserialize", priority: "high", name: "keepSignedRequest" },
  );
  await send(client);
  if (signed === undefined) throw new Error("The client made no request");
  const { method, path, headers } = signed;
  const body =
    typeof signed.body === "string" || signed.body instanceof Uint8Array ? Buffer.from(signed.body) : Buffer.alloc(0);
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n`), body]);
};
